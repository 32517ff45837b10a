"""The classification sets that torchvision fetches: parts, names of classes, licenses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from repscope.workers.datasets.class_names import (
    DIGITS,
    SIGNS,
    Naming,
    after_number,
    first_word,
    letters,
    named,
    own,
)

_UNKNOWN = "see source"

#: Words of torchvision's parts.
Part = Mapping[str, Any]
_TRAIN_TEST: Mapping[str, Part] = {"train": {"train": True}, "test": {"train": False}}
_BY_NAME: Mapping[str, Part] = {"train": {"split": "train"}, "test": {"split": "test"}}
_THREE: Mapping[str, Part] = {
    "train": {"split": "train"},
    "validation": {"split": "val"},
    "test": {"split": "test"},
}
_UNDIVIDED: Mapping[str, Part] = {"": {}}


@dataclass(frozen=True)
class Published:
    """One set.

    Attributes:
        cls: Its class in `torchvision.datasets`.
        title: Name for people.
        source: Where it comes from.
        license: In the words of its publisher, where that is known.
        parts: How each part is asked for; "" where it has none.
        classes: Names of the classes from an instance; None for a number that no image has.
        options: Further arguments.
        lossless: Whether its images came without loss.
        transposed: Whether its images lie on their side.
        order: Order of the rows, where that of the class depends on the file system.
    """

    cls: str
    title: str
    source: str
    license: str = _UNKNOWN
    parts: Mapping[str, Part] = field(default_factory=lambda: _UNDIVIDED)
    classes: Naming = own
    options: Part = field(default_factory=dict)
    lossless: bool = False
    transposed: bool = False
    order: Callable[[Any], list[int]] | None = None


def _in_order_of_paths(dataset: Any) -> list[int]:
    files = [str(path) for path in dataset._image_files]
    return sorted(range(len(files)), key=files.__getitem__)


def _in_order_of_characters(dataset: Any) -> list[int]:
    images = dataset._flat_character_images
    return sorted(range(len(images)), key=lambda i: (dataset._characters[images[i][1]], images[i]))


def _emnist(variant: str, about: str) -> Published:
    return Published(
        "EMNIST",
        f"EMNIST, {about}",
        "G. Cohen et al., 2017, from NIST Special Database 19",
        parts=_TRAIN_TEST,
        options={"split": variant},
        classes=letters,
        transposed=True,
    )


_VGG = "https://www.robots.ox.ac.uk/~vgg/data"

#: All sets by name; what follows a slash is a variant within the same download.
PUBLISHED: Mapping[str, Published] = {
    "MNIST": Published(
        "MNIST",
        "MNIST",
        "Y. LeCun, C. Cortes and C. Burges, 1998, http://yann.lecun.com/exdb/mnist/",
        parts=_TRAIN_TEST,
        classes=first_word,
    ),
    "FashionMNIST": Published(
        "FashionMNIST",
        "Fashion-MNIST",
        "H. Xiao, K. Rasul and R. Vollgraf, 2017, Zalando SE",
        "MIT",
        parts=_TRAIN_TEST,
    ),
    "KMNIST": Published(
        "KMNIST",
        "Kuzushiji-MNIST",
        "T. Clanuwat et al., 2018, ROIS-DS Center for Open Data in the Humanities",
        "CC BY-SA 4.0",
        parts=_TRAIN_TEST,
    ),
    "EMNIST": _emnist("balanced", "digits and letters, balanced"),
    "EMNIST/letters": _emnist("letters", "letters"),
    "EMNIST/digits": _emnist("digits", "digits"),
    "EMNIST/byclass": _emnist("byclass", "digits and letters"),
    "EMNIST/bymerge": _emnist("bymerge", "digits and letters, alike ones merged"),
    "EMNIST/mnist": _emnist("mnist", "as MNIST"),
    "QMNIST": Published(
        "QMNIST",
        "QMNIST",
        "C. Yadav and L. Bottou, 2019, https://github.com/facebookresearch/qmnist",
        "BSD 3-Clause",
        parts={"train": {"what": "train"}, "test": {"what": "test"}},
        classes=first_word,
    ),
    "USPS": Published(
        "USPS",
        "USPS digits",
        "J. Hull, 1994, by way of LIBSVM",
        parts=_TRAIN_TEST,
        classes=named(DIGITS),
    ),
    "SEMEION": Published(
        "SEMEION",
        "Semeion digits",
        "Semeion Research Center, 1994, UCI Machine Learning Repository",
        "CC BY 4.0",
        classes=named(DIGITS),
    ),
    "Omniglot": Published(
        "Omniglot",
        "Omniglot",
        "B. Lake, R. Salakhutdinov and J. Tenenbaum, 2015, https://github.com/brendenlake/omniglot",
        "MIT",
        parts={"train": {"background": True}, "test": {"background": False}},
        classes=lambda dataset: list(dataset._characters),
        order=_in_order_of_characters,
    ),
    "CIFAR10": Published(
        "CIFAR10",
        "CIFAR-10",
        "A. Krizhevsky, 2009, https://www.cs.toronto.edu/~kriz/cifar.html",
        parts=_TRAIN_TEST,
    ),
    "CIFAR100": Published(
        "CIFAR100",
        "CIFAR-100",
        "A. Krizhevsky, 2009, https://www.cs.toronto.edu/~kriz/cifar.html",
        parts=_TRAIN_TEST,
    ),
    "STL10": Published(
        "STL10",
        "STL-10, with labels",
        "A. Coates, H. Lee and A. Ng, 2011, https://cs.stanford.edu/~acoates/stl10/",
        parts=_BY_NAME,
    ),
    "SVHN": Published(
        "SVHN",
        "Street View House Numbers",
        "Y. Netzer et al., 2011, http://ufldl.stanford.edu/housenumbers/",
        "for non-commercial use only",
        parts=_BY_NAME,
        classes=named(DIGITS),
    ),
    "Flowers102": Published(
        "Flowers102",
        "Oxford 102 Flowers",
        f"M.-E. Nilsback and A. Zisserman, 2008, {_VGG}/flowers/102/",
        parts=_THREE,
    ),
    "OxfordIIITPet": Published(
        "OxfordIIITPet",
        "Oxford-IIIT Pets",
        f"O. Parkhi, A. Vedaldi, A. Zisserman and C. Jawahar, 2012, {_VGG}/pets/",
        "CC BY-SA 4.0",
        parts={"train": {"split": "trainval"}, "test": {"split": "test"}},
    ),
    "Food101": Published(
        "Food101",
        "Food-101",
        "L. Bossard, M. Guillaumin and L. Van Gool, 2014, ETH Zurich; photos of foodspotting.com",
        parts=_BY_NAME,
    ),
    "Imagenette": Published(
        "Imagenette",
        "Imagenette, 320 pixels",
        "J. Howard, 2019, https://github.com/fastai/imagenette; photos of ImageNet",
        parts={"train": {"split": "train"}, "validation": {"split": "val"}},
        options={"size": "320px"},
        classes=lambda dataset: [names[0] for names in dataset.classes],
    ),
    "DTD": Published(
        "DTD",
        "Describable Textures",
        f"M. Cimpoi et al., 2014, {_VGG}/dtd/; the first of its ten divisions",
        parts=_THREE,
    ),
    "EuroSAT": Published(
        "EuroSAT",
        "EuroSAT",
        "P. Helber et al., 2019, https://github.com/phelber/EuroSAT; Copernicus Sentinel-2 data",
        "MIT",
    ),
    "GTSRB": Published(
        "GTSRB",
        "German Traffic Signs",
        "J. Stallkamp et al., 2012, https://benchmark.ini.rub.de",
        parts=_BY_NAME,
        classes=named(SIGNS),
        lossless=True,
    ),
    "Country211": Published(
        "Country211",
        "Country211",
        "OpenAI, 2021, from YFCC100M",
        parts={**_BY_NAME, "validation": {"split": "valid"}},
    ),
    "FGVCAircraft": Published(
        "FGVCAircraft",
        "FGVC Aircraft, by variant",
        f"S. Maji et al., 2013, {_VGG}/fgvc-aircraft/",
        "for non-commercial research only",
        parts=_THREE,
    ),
    "Caltech101": Published(
        "Caltech101",
        "Caltech 101",
        "F.-F. Li, M. Andreeto, M. Ranzato and P. Perona, 2004, https://data.caltech.edu",
        "CC BY 4.0",
        classes=lambda dataset: list(dataset.categories),
    ),
    "Caltech256": Published(
        "Caltech256",
        "Caltech 256",
        "G. Griffin, A. Holub and P. Perona, 2007, https://data.caltech.edu",
        "CC BY 4.0",
        classes=after_number,
    ),
    "RenderedSST2": Published(
        "RenderedSST2",
        "Rendered SST2",
        "OpenAI, 2021, from R. Socher et al., 2013",
        parts=_THREE,
        lossless=True,
    ),
    "PCAM": Published(
        "PCAM",
        "PatchCamelyon",
        "B. Veeling et al., 2018, https://github.com/basveeling/pcam",
        "CC0 1.0",
        parts=_THREE,
        classes=named(["no tumor", "tumor"]),
    ),
    "CLEVRClassification": Published(
        "CLEVRClassification",
        "CLEVR, by number of objects",
        "J. Johnson et al., 2017, https://cs.stanford.edu/people/jcjohns/clevr/",
        "CC BY 4.0",
        # The test part has no labels.
        parts={"train": {"split": "train"}, "validation": {"split": "val"}},
        classes=named([str(number) for number in range(11)]),
        lossless=True,
    ),
    "SUN397": Published(
        "SUN397",
        "SUN397",
        "J. Xiao et al., 2010, https://vision.princeton.edu/projects/2010/SUN/",
        order=_in_order_of_paths,
    ),
}
