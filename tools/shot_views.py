"""What `make shots` takes pictures of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from playwright.sync_api import Page

from tools.app import App

MAP = '[data-testid="map-canvas"][data-state="ready"]'
QUIET = '[data-testid="jobs-tray"][data-active="0"]'


@dataclass(frozen=True)
class View:
    """A view that gets finished.

    Attributes:
        name: of its pictures.
        link: the part of its link behind '#'.
        ready: what is there once it is drawn.
        prepare: what to do on the page first.
        general: whether it is also taken with every kind of data.
    """

    name: str
    link: str
    ready: str = MAP
    prepare: Callable[[Page], None] | None = None
    general: bool = False

    def on(self, kind: str, dataset: str) -> View:
        """Return the same view of other data."""
        lens = self.link.split("&")[0]
        rest = "" if self.ready != MAP else "&encoder=pixels&analysis=pca"
        # Data that a lens can say nothing of gives words, which come at once.
        ready = "main" if self.ready != MAP else "main canvas, main [role=alert], main h2"
        name = f"{self.name}-{kind}"
        return View(name, f"{lens}&{dataset}{rest}&row=0", ready)


def press(name: str) -> Callable[[Page], None]:
    """Return what clicks a control by its test id, once it is there."""

    def click(page: Page) -> None:
        page.get_by_test_id(name).first.click(timeout=60_000)

    return click


def choose_encoders(page: Page) -> None:
    """Open the chooser of encoders."""
    page.locator(MAP).wait_for(timeout=60_000)
    page.get_by_test_id("chooser-encoder").click()


def choose_dataset(page: Page) -> None:
    """Open the chooser of data sets."""
    page.locator(MAP).wait_for(timeout=60_000)
    page.get_by_test_id("chooser-dataset").click()


def add_data(page: Page) -> None:
    """Open the dialog that adds data."""
    page.locator(MAP).wait_for(timeout=60_000)
    page.get_by_test_id("add-data-open").click()


def export_map(page: Page) -> None:
    """Open the dialog that exports the map."""
    page.locator(MAP).wait_for(timeout=60_000)
    page.get_by_role("button", name="Export").click()


_DIGITS = "dataset=digits&encoder=pixels&analysis=pca&row=0"
_DISSIMILARITY = "lens=dissimilarity&dataset=digits&encoder=zoo&encoder.name=mae_digits"

VIEWS = [
    View("map", f"lens=map&{_DIGITS}", general=True),
    View("map-tsne", "lens=map&dataset=digits&encoder=pixels&analysis=tsne&row=0"),
    View(
        "map-3d",
        "lens=map&dataset=shapes&encoder=pixels&analysis=pca&analysis.dimensions=3&row=4",
    ),
    View("map-dataset", f"lens=map&{_DIGITS}", prepare=choose_dataset),
    View("map-encoder", f"lens=map&{_DIGITS}", prepare=choose_encoders),
    View("map-add", f"lens=map&{_DIGITS}", prepare=add_data),
    View("map-export", f"lens=map&{_DIGITS}", prepare=export_map),
    View(
        "masking",
        "lens=masking&dataset=digits&row=0",
        '[data-testid="masking"][data-state="ready"]',
        general=True,
    ),
    View(
        "latent",
        "lens=latent&dataset=digits&row=0",
        '[data-testid="latent"] canvas, main canvas',
        general=True,
    ),
    View(
        "attention",
        "lens=attention&dataset=shapes&encoder=zoo&encoder.name=mae_shapes&look:random=1",
        '[data-testid="attention"][data-state="ready"]',
        general=True,
    ),
    View(
        "dissimilarity",
        f"{_DISSIMILARITY}&row=0",
        '[data-testid="matrix"] canvas[data-state="ready"]',
        general=True,
    ),
    View(
        "compare",
        f"{_DISSIMILARITY}&rdm:view=compare",
        '[data-testid="compare"][data-state="ready"]',
    ),
    View(
        "layers",
        f"{_DISSIMILARITY}&rdm:view=layers",
        '[data-testid="layers"][data-state="ready"]',
    ),
    View("train", f"lens=train&{_DIGITS}", '[data-testid="start-run"]', general=True),
    View("evaluate", f"lens=evaluate&{_DIGITS}", 'main [data-testid="caption"]', general=True),
    View("runs", f"lens=runs&{_DIGITS}", '[data-testid="runs"]'),
    View("library", f"lens=library&{_DIGITS}", '[data-testid="card"]'),
]
#: Those that are also taken as a projector shows them.
PROJECTED = {"map", "masking", "latent", "attention", "dissimilarity", "compare", "layers", "train"}

_MANY = "dataset=shapes&dataset.count=70000&encoder=pixels&analysis=pca&row=0"
MANY = [
    replace(view, name=f"{view.name}-many", link=f"{view.link.split('&')[0]}&{_MANY}")
    for view in VIEWS
    if view.name in ("map", "dissimilarity")
]


@dataclass(frozen=True)
class State:
    """A view that is on the way, or that cannot be shown.

    Attributes:
        name: of its pictures.
        link: the part of its link behind '#'.
        before: what to do before the page is opened.
        after: what to do once it is.
        waits: milliseconds from then to the picture.
    """

    name: str
    link: str
    before: Callable[[Page, App], None] | None = None
    after: Callable[[Page, App], None] | None = None
    waits: int = 3000


def slowly(page: Page, _app: App) -> None:
    """Delay every answer by a second and a half."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1},
    )


def offline(page: Page, _app: App) -> None:
    """Take the network away once the map is drawn, and ask for another lens."""
    page.locator(MAP).wait_for(timeout=60_000)
    page.context.set_offline(True)
    page.get_by_test_id("lens-attention").click()


_LOST = f"dataset=archive&dataset.upload={'0' * 64}&encoder=pixels&analysis=pca"
_SLOW = "dataset=digits&encoder=zoo&encoder.name=mae_digits&analysis=umap"
STATES = [
    *(
        State(f"{lens}-deleted", f"lens={lens}&{_LOST}")
        for lens in ("map", "masking", "attention", "dissimilarity", "evaluate", "train")
    ),
    State("map-slow", f"lens=map&{_SLOW}", before=slowly, waits=2500),
    State("attention-slow", f"lens=attention&{_SLOW}", before=slowly, waits=2500),
    State("dissimilarity-slow", f"lens=dissimilarity&{_SLOW}", before=slowly, waits=2500),
    State("map-failed", "lens=map&dataset=digits&encoder=pixels&analysis=failing_map", waits=6000),
    State("map-offline", f"lens=map&{_DIGITS}", after=offline),
]
#: Milliseconds after which the page says that nobody works for it.
LONELY = 12_000
#: What waits for a worker while none is there: nothing of it has been made before.
UNATTENDED = [
    State(
        f"{lens}-unattended",
        f"lens={lens}&dataset=shapes&dataset.count={count}&row=0",
        waits=LONELY,
    )
    for count, lens in enumerate(("map", "attention", "train"), 301)
]
