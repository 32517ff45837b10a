"""k-means against scikit-learn's with its own defaults.

    python -m benchmarks.clusters [--quick] [--data NAMES] [--only NAME]

Inertia, the sum of squared distances to the centers, stands beside each time; lower is better.
"""

from functools import partial
from typing import Any

from benchmarks.harness import Features, arguments, compare, datasets
from repscope.workers.context import Context, Result
from repscope.workers.registry import find

CLUSTERS = (10, 50)
SEED = 0


def ours(features: Features, k: int) -> Result:
    """Runs the analysis as a job does."""
    embedding = Result({"features": features})
    return find("clusters", "kmeans").call(Context.local(SEED), {"k": k}, {"embedding": embedding})


def with_scikit_learn(features: Features, k: int) -> Any:
    """Runs scikit-learn's, with nothing set but the seed."""
    from sklearn.cluster import KMeans

    return KMeans(k, random_state=SEED).fit(features)


def inertia(found: Any) -> dict[str, float]:
    """Reads the quality of either."""
    value = found.metrics["inertia"] if isinstance(found, Result) else found.inertia_
    return {"inertia": float(value)}


def main() -> None:
    """Prints one line for each dataset and number of clusters."""
    options = arguments(__doc__)
    for name, load in datasets(options.data):
        features = load()
        for k in CLUSTERS:
            figure = f"kmeans_{name}_k{k}"
            if options.only in figure:
                runs = partial(ours, features, k), partial(with_scikit_learn, features, k)
                compare(figure, "scikit-learn", *runs, n=len(features), judge=inertia)


if __name__ == "__main__":
    main()
