"""From a normalized recipe to a published artifact."""

import importlib.metadata
import shutil
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from repscope.core.artifacts import Artifact, ArtifactStore
from repscope.core.catalogue import Catalogue
from repscope.core.errors import InvalidRecipe
from repscope.core.recipes import Recipe, input_ids, normalized_id
from repscope.core.resolve import resolve
from repscope.core.settings import Settings
from repscope.workers import registry
from repscope.workers.context import Context, Reporter, Result

#: Their versions explain a difference between two machines.
_LIBRARIES = ("repscope", "numpy", "scipy", "scikit-learn", "torch", "torchvision", "pillow")


class Maker:
    """Makes artifacts in one data folder on one device."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        device: str,
        published: Callable[[str], None],
    ) -> None:
        """Make artifacts.

        Args:
            settings: Where the store and the scratch folders are.
            catalogue: What this worker can make.
            device: `cpu` or `cuda`.
            published: Called with the id of each sibling that a method published on its way.
        """
        self.store = ArtifactStore(settings.store)
        self._work = settings.work
        self._uploads = settings.uploads
        self._downloads = settings.downloads
        self._catalogue = catalogue
        self._device = device
        self._published = published

    def make(self, recipe: dict[str, Any], reporter: Reporter) -> Artifact:
        """Run a recipe's method on its inputs and publish what it returns.

        Args:
            recipe: Normalized, its inputs all in the store.
            reporter: Hears of progress and says when to stop.
        """
        artifact_id = normalized_id(recipe)
        work = self._work / artifact_id
        work.mkdir(parents=True, exist_ok=True)
        staging = self.store.stage(artifact_id)
        context = Context(
            staging,
            reporter,
            seed=recipe["seed"],
            device=self._device,
            work=work,
            publish=self._publish_sibling,
            recipe=recipe,
            uploads=self._uploads,
            downloads=self._downloads,
        )
        started = time.monotonic()
        try:
            method = registry.find(recipe["kind"], recipe["method"])
            if method.method.version != recipe["version"]:
                raise InvalidRecipe(
                    f"This worker has {method.method.key}, not version {recipe['version']}."
                )
            inputs = {name: self._open(value) for name, value in input_ids(recipe).items()}
            result = method.call(context, recipe["params"], inputs)
            context.store(result)
            artifact = staging.publish(
                recipe,
                meta=result.meta,
                metrics=result.metrics,
                seconds=time.monotonic() - started,
                libraries=_libraries(),
            )
        except BaseException:
            staging.discard()
            raise
        finally:
            context.close()
        shutil.rmtree(work, ignore_errors=True)
        return artifact

    def _open(self, value: str | list[str]) -> Artifact | list[Artifact]:
        if isinstance(value, list):
            return [self.store.open(each) for each in value]
        return self.store.open(value)

    def _publish_sibling(self, recipe: Recipe, result: Result) -> str:
        """Publish a complete artifact of another recipe than the one that runs."""

        def lookup(artifact_id: str) -> dict[str, Any] | None:
            known = self.store.exists(artifact_id)
            return self.store.open(artifact_id).recipe if known else None

        resolved = resolve(recipe, self._catalogue, lookup)
        if not self.store.exists(resolved.id):
            staging = self.store.stage(resolved.id)
            try:
                for name, values in result.arrays.items():
                    staging.write(name, values)
                for name, path in result.files.items():
                    shutil.copyfile(path, staging.path(name))
                staging.publish(
                    resolved.recipe,
                    meta=result.meta,
                    metrics=result.metrics,
                    libraries=_libraries(),
                )
            except BaseException:
                staging.discard()
                raise
        self._published(resolved.id)
        return resolved.id


@cache
def _libraries() -> dict[str, str]:
    installed = {d.name.lower() for d in importlib.metadata.distributions() if d.name}
    return {name: importlib.metadata.version(name) for name in _LIBRARIES if name in installed}
