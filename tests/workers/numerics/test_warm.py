from repscope.workers.numerics import knn_select, quality
from repscope.workers.numerics.tsne import affinities, attraction, interpolation, repulsion
from repscope.workers.numerics.umap import fuzzy
from repscope.workers.numerics.warm import warm


def test_every_kernel_is_compiled() -> None:
    warm()
    kernels = [
        knn_select.select_rows,
        knn_select.select_columns,
        knn_select.rescore,
        knn_select.nearest_of_all,
        quality.compare_ranks,
        attraction.attract_2d,
        attraction.attract_3d,
        attraction.log_kernel,
        interpolation.spread,
        interpolation.convolve,
        interpolation.read,
        repulsion.repel_2d,
        repulsion.repel_3d,
        fuzzy.memberships,
    ]
    for kernel in kernels:
        assert kernel.signatures, kernel
    assert callable(affinities)
