"""What the name of a model says of its training: on which images, and how.

timm writes it after the point, `vit_base_patch16_224.augreg_in21k_ft_in1k`. What a name does not
say is left empty; nothing is guessed.
"""

import re

#: Word of a name, and the images that it stands for; the first that occurs counts.
DATA = {
    "lvd142m": "LVD-142M",
    "lvd1689m": "LVD-1689M",
    "sat493m": "SAT-493M",
    "laion2b": "LAION-2B",
    "laiona": "LAION-A",
    "laion400m": "LAION-400M",
    "datacomp1b": "DataComp-1B",
    "datacompxl": "DataComp-1B",
    "metaclip": "MetaCLIP",
    "metaclip2": "MetaCLIP 2",
    "openai": "OpenAI's image-text pairs",
    "dfn2b": "DFN-2B",
    "dfn5b": "DFN-5B",
    "dfndr2b": "DFNDR-2B",
    "merged2b": "Merged-2B",
    "webli": "WebLI",
    "yfcc15m": "YFCC-15M",
    "yfcc100m": "YFCC-100M",
    "cc12m": "CC-12M",
    "ig1b": "Instagram-1B",
    "jft": "JFT-300M",
    "sa1b": "SA-1B",
    "m30m": "Merged-30M",
    "m38m": "Merged-38M",
    "in22k": "ImageNet-22k",
    "in21k": "ImageNet-21k",
    "inw21k": "ImageNet-21k",
    "in12k": "ImageNet-12k",
    "in1k": "ImageNet-1k",
}
#: Pattern in a name, and the way of training that it stands for; the first that fits counts.
TRAINING = {
    r"\.(in1k|in22k)_ijepa$": "I-JEPA",
    r"\.eupe_": "EUPE",
    r"\.c_radio": "RADIO",
    r"\.(.*_)?fcmae": "FCMAE",
    r"\.(sam_)?mae(_|$)": "MAE",
    r"\.(fb_)?dino$": "DINO",
    r"dinov2|lvd142m": "DINOv2",
    r"dinov3|lvd1689m|sat493m": "DINOv3",
    r"siglip": "SigLIP",
    r"clip|\.openai|laion|datacomp|\.dfn|\.merged2b|\.yfcc15m|\.cc12m": "CLIP",
    r"^beit3": "BEiT-3",
    r"^beitv2": "BEiT v2",
    r"^beit_": "BEiT",
    r"\.mim_": "EVA",
    r"moco": "MoCo",
    r"\.seer": "SEER",
    r"^aimv2": "AIMv2",
    r"\.(fb_)?(ssl|swsl|wsl)_|\.fb_(ssl|swsl|wsl)|\.swag|ns_jft": "weak labels",
    r"sa1b": "SAM",
}
#: Ways that timm has of ImageNet-1k alone; its names speak of the images of the labels at most.
ON_IMAGENET = ("MAE", "FCMAE", "DINO")
LABELS = "labels"


def describe(library: str, name: str) -> tuple[str, str, bool]:
    """Return the images, the way of training, and whether labels refined it afterwards."""
    if library == "torchvision":
        swag = "SWAG" in name
        data = "Instagram-3.6B" if swag else "ImageNet-1k"
        return data, "weak labels" if swag else LABELS, "SWAG_E2E" in name
    tag = name.partition(".")[2]
    if not tag:
        return "", "", False
    words = re.split(r"[._]", tag)
    data = next((DATA[word] for word in DATA if word in words), "")
    training = next((way for pattern, way in TRAINING.items() if re.search(pattern, name)), "")
    tuned = "ft" in words
    if not training and data.startswith("ImageNet"):
        return data, LABELS, False
    if training in ON_IMAGENET:
        data = "ImageNet-1k"
    return data, training, tuned
