"""Single images of a dataset, encoded for a browser."""

import io

from PIL import Image

from repscope.core.artifacts import Artifact
from repscope.core.images import images_of

#: Up to this many pixels a side an image is sent without loss; it costs nothing.
_LOSSLESS_SIDE = 64
_JPEG_QUALITY = 90
#: Side of the largest image that is sent when no size is asked for.
LARGEST = 2048


def encode_image(dataset: Artifact, row: int, size: int | None) -> tuple[bytes, str]:
    """Read one image, shrink it, and encode it.

    Args:
        dataset: Images of one size or of mixed sizes.
        row: Which image.
        size: Longest side in pixels; images are never enlarged.

    Returns:
        The bytes and their media type, PNG for small images, else JPEG.

    Raises:
        NotFound: There is no such row, or the artifact holds no images.
    """
    return _encode(images_of(dataset).picture(row, size or LARGEST))


def _encode(image: Image.Image) -> tuple[bytes, str]:
    out = io.BytesIO()
    if max(image.size) <= _LOSSLESS_SIDE:
        image.save(out, "PNG", compress_level=1)
        return out.getvalue(), "image/png"
    image.save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue(), "image/jpeg"
