"""The k-NN probe."""

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.probes.measuring import KNN
from repscope.workers.probes.params import VoteParams
from repscope.workers.probes.single import Params as SingleParams
from repscope.workers.probes.single import measure_one
from repscope.workers.registry import register


class Params(SingleParams, VoteParams):
    """Of the k-NN probe."""


@register(
    "probe",
    "knn",
    version=2,
    title="k-NN probe",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="images with classes"),
        Input(name="encoder", kind="encoder", description="whose features are probed"),
    ],
    output="confusion",
    seeded=True,
    cost={"constant": 3.0, "rows*pixels": 2e-7},
)
def knn(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Let the most similar training images vote on the class of each test image.

    Each of the k nearest by cosine votes with exp(cosine / temperature) (Wu et al., 2018); with 20
    neighbors and 0.07 this is how DINO is evaluated (Caron et al., 2021). Nothing is fitted, so it
    shows the space as it is, and it slanders encoders whose classes are apart only along some of
    their directions, such as masked autoencoders: see the linear probe beside it.
    """
    return measure_one(context, params, dataset, encoder, KNN(params.k, params.temperature))
