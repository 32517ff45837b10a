"""The choice of what to read from an encoder."""

from pydantic import Field

from repscope.workers.registry import MethodParams


class LayerParams(MethodParams):
    """Which layer to read."""

    layer: str | None = Field(
        None,
        max_length=200,
        description="name of the layer to read, such as blocks.3; empty for the last",
    )
