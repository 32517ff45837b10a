"""MoCo v3's Vision Transformers (Chen et al., 2021), whose small one has twelve heads.

Its residual networks are torchvision's, as those of MoCo v1 and v2.
"""

from repscope.workers.encoders.checkpoints import vit
from repscope.workers.encoders.checkpoints.found import Found, Hints, Shapes, renamed


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`."""
    if not path.endswith("base_encoder.") or not vit.is_vit(shapes):
        return None
    return Found("MoCo v3", vit.network(shapes, hints, heads={384: 12}), renamed(shapes))
