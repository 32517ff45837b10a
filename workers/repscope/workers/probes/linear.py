"""The linear probe."""

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.probes.measuring import Linear
from repscope.workers.probes.single import Params, measure_one
from repscope.workers.registry import register


@register(
    "probe",
    "linear",
    version=3,
    title="Linear probe",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="images with classes"),
        Input(name="encoder", kind="encoder", description="whose features are probed"),
    ],
    output="confusion",
    seeded=True,
    cost={"constant": 4.0, "rows*pixels": 1e-6},
)
def linear(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Fit a logistic regression on frozen features, and see how often it names the class.

    What a linear classifier can read is there for the taking (Alain and Bengio, 2016); what it
    cannot read may still be there. Features are standardized over the training images, and the
    penalty is the one of seven that does best on images that neither fit nor test. Many labels and
    wide layers make every encoder look good: compare it with raw pixels and random weights.
    """
    return measure_one(context, params, dataset, encoder, Linear())
