"""The images of a dataset, whichever way it keeps them: one reader for workers and server.

Images of one size are the uint8 array `images`, (N, height, width, channels). Images of mixed sizes
are JPEG and PNG files end to end in the uint8 array `bytes`: the n-th from `offsets[n]` to
`offsets[n + 1]` (int64, N + 1), with height and width in `sizes[n]` (int32, N x 2). All images of a
dataset are gray or all are RGB.

    images = images_of(dataset)
    len(images), images.channels, images.size     # size is None where sizes are mixed
    images.array(7)                               # (height, width, channels) uint8
    images.squares(range(0, 100), 32)             # (100, 32, 32, channels) uint8
    for rows, batch in images.batches(side=32):   # with bounded memory
        ...
"""

from repscope.core.images.fitting import as_array, as_picture, cover, within
from repscope.core.images.mixed import MixedImages
from repscope.core.images.reader import Images, images_of
from repscope.core.images.uniform import UniformImages

__all__ = [
    "Images",
    "MixedImages",
    "UniformImages",
    "as_array",
    "as_picture",
    "cover",
    "images_of",
    "within",
]
