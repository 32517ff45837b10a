"""Which tests begin first, and which files one process of a parallel run takes together."""

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

#: Folders whose tests start whole servers or kill workers: not for the check before every commit.
SLOW = ("conformance", "e2e", "wheel", "workers/host")
#: Of these, what comes last: a process keeps its browser, and the server for it, to its end.
LAST = "e2e"
#: Its files that take longest, longest first, so that nobody waits for one at the end.
LONGEST = (
    *("test_evaluate", "test_lectures", "test_train", "test_extending", "test_map", "test_access"),
    *("test_comparing", "test_adding_arrays", "test_export", "test_attention", "test_filters"),
    *("test_dissimilarity", "test_datasets", "test_masking", "test_living", "test_multiples"),
)
#: Folders whose tests share servers. One process takes all of such a folder, and all begin first.
SHARING = ("conformance", "client", "backend/served")
HERE = Path(__file__).parent


class Together(LoadFileScheduling):
    """Gives each process whole files, and whole folders where the files share servers."""

    def _split_scope(self, nodeid: str) -> str:
        for folder in SHARING:
            if nodeid.startswith(f"{HERE.name}/{folder}/"):
                return folder
        return super()._split_scope(nodeid)


# Optional: `-p no:xdist` takes the hook away.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    files: dict[str, dict[Path, int]] = {}
    for item in items:
        if folder_of(item, SLOW):
            item.add_marker(pytest.mark.slow)
        numbers = files.setdefault(group(item), {})
        numbers.setdefault(item.path, len(numbers))

    def place(item: pytest.Item) -> tuple[int, float]:
        named = group(item)
        if named in SHARING:
            return SHARING.index(named), files[named][item.path]
        # Files that wait leave the processors to those that compute: they take turns.
        share = files[named][item.path] / len(files[named])
        if named != LAST:
            return len(SHARING), share
        name = item.path.stem
        longest = LONGEST.index(name) if name in LONGEST else len(LONGEST)
        return len(SHARING) + 1 + longest, share

    items.sort(key=place)


def group(item: pytest.Item) -> str:
    """Name the folder whose files begin together, or what a file does most of its time."""
    found = folder_of(item, SHARING) or folder_of(item, (LAST,))
    return found or ("waits" if folder_of(item, SLOW) else "computes")


def folder_of(item: pytest.Item, folders: tuple[str, ...]) -> str | None:
    """Tell in which of the folders a test lies, if in any."""
    return next((name for name in folders if item.path.is_relative_to(HERE / name)), None)
