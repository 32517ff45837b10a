"""A map that cannot be made, so that a test can read why."""

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import NoParams, register


@register(
    "projection",
    "failing_map",
    version=1,
    title="Failing map",
    inputs=[Input(name="embedding", kind="embedding")],
    output="points",
)
def failing_map(context: Context, params: NoParams, embedding: Readable) -> Result:
    """Fail, with a sentence for the user."""
    raise MethodFailed("These vectors have no third side. Choose another map.")
