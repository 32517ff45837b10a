"""A masked autoencoder that others trained, from a checkpoint with its decoder."""

from safetensors.torch import load_file
from torch import Tensor

from repscope.workers.context import Readable
from repscope.workers.encoders.checkpoints import decoder
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.encoders.vit import VisionTransformer, ViTConfig
from repscope.workers.objectives.base import DataFacts
from repscope.workers.objectives.mae import MaskedAutoencoder, Params

_BESIDE = "decoder."


def load(artifact: Readable, device: str) -> MaskedAutoencoder:
    """Load an encoder with the decoder that lies beside it, as the objective that has both."""
    weights = load_file(artifact.file("weights.safetensors"))
    beside = {name: each for name, each in weights.items() if name.startswith(_BESIDE)}
    own = {name: each for name, each in weights.items() if name not in beside}
    prepared = Preprocess.from_json(artifact.meta["preprocess"])
    sizes = decoder.sizes({name: tuple(each.shape) for name, each in beside.items()})
    params = Params(norm_pix=artifact.meta["decoder"]["norm_pix"], **sizes)
    facts = DataFacts(prepared.image_size, prepared.channels, prepared.mean, prepared.std, None)
    mae = MaskedAutoencoder(_backbone(artifact, prepared), params, facts)
    mae.backbone.load_state_dict(own)
    _fill(mae, {name.removeprefix(_BESIDE): each for name, each in beside.items()})
    return mae.to(device).eval()


def _backbone(artifact: Readable, prepared: Preprocess) -> VisionTransformer:
    network = artifact.meta["config"]
    return VisionTransformer(
        ViTConfig(
            image_size=prepared.image_size,
            patch_size=network["patch_size"],
            channels=network["in_chans"],
            width=network["embed_dim"],
            depth=network["depth"],
            heads=network["num_heads"],
            mlp_ratio=network["mlp_ratio"],
        )
    )


def _fill(mae: MaskedAutoencoder, weights: dict[str, Tensor]) -> None:
    """Set a decoder's weights; its positions are its own where the file has them."""
    positions = weights.pop("pos_embed", None)
    if positions is not None:
        mae.decoder.pos_embed = positions
    mae.decoder.load_state_dict(weights)
