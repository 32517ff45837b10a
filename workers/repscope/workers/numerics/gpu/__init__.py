"""The engines once more, in PyTorch, for a GPU.

Each module does what its namesake on the CPU does, by the same algorithm, and takes and returns the
same arrays; every function runs on any device that PyTorch knows, `"cpu"` included.

- `knn`: exact nearest neighbors.
- `start`: principal components.
- `affinities`, `tsne`: t-SNE.
- `fuzzy`, `umap`: UMAP.

Nothing here adds floating-point numbers in an order that chance decides: what many threads add to
one place is added as integers, or sorted first. So on one device, with one version of PyTorch, the
same input and seed give the same result to the last bit. Another device or version may round
otherwise, and a descent of hundreds of steps then ends in another map of the same quality.

Import modules of this package only where a device was chosen: PyTorch takes seconds to load.
"""
