"""The masked autoencoder with its decoder: the authors' names, those of lightly, and our own.

He et al. (2022), "Masked Autoencoders Are Scalable Vision Learners". The encoder alone is a Vision
Transformer with timm's names. Heads of the decoder have 32 numbers, as published.
"""

import re

from repscope.workers.encoders.checkpoints import vit
from repscope.workers.encoders.checkpoints.found import Found, Hints, Shapes, renamed

_OFFICIAL = re.compile(r"(?:decoder\.)?decoder_(embed|pos_embed|blocks|norm|pred)(\.|$)")
#: Lightly's encoder, which has a token for hidden patches that only other objectives use.
_TIMM, _UNUSED = "backbone.vit.", "backbone.mask_token"


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`."""
    decoder: dict[str, str] = {}
    encoder: dict[str, str] = {}
    for key in shapes:
        place = _in_decoder(key)
        if place is not None:
            decoder[place] = key
        elif key != _UNUSED:
            encoder[key.removeprefix(_TIMM)] = key
    if "decoder.embed.weight" not in decoder or "decoder.mask_token" not in decoder:
        return None
    own = {name: shapes[key] for name, key in encoder.items()}
    if not vit.is_vit(own):
        return None
    keys = {name: encoder[key] for name, key in renamed(own).items()}
    network = vit.network(own, hints)
    return Found("Masked autoencoder with its decoder", network, keys, decoder=decoder)


def _in_decoder(key: str) -> str | None:
    """Return the name of a decoder's tensor here, nothing where it is the encoder's."""
    if key in ("mask_token", "decoder.mask_token"):
        return "decoder.mask_token"
    if _OFFICIAL.match(key):
        return _OFFICIAL.sub(r"decoder.\1\2", key)
    return key if key.startswith("decoder.") else None
