"""The real browser that the end-to-end tests, the pictures and the benchmarks drive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

#: The first has no window at all, and so takes half the processor for every page.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
MAC_APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
# A machine without a graphics card draws WebGL in software. The rest of the page shall not go that
# way: it takes a processor eight times as long.
WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-compositing"]
NO_WEBGL = ["--disable-gpu", "--disable-gpu-compositing"]
ARGUMENTS = [
    # The browser is here for one local page: it shall not look for anything outside.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str | None:
    """Return the path of Chromium or Google Chrome, or None where this machine has neither."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return next((str(path) for path in MAC_APPLICATIONS if path.exists()), None)


@contextmanager
def open_browser(*, webgl: bool = True) -> Iterator[Browser]:
    """Start the browser without a window, and end it afterwards.

    Args:
        webgl: whether the page may draw with it; without, it is painted as quickly as on a screen.

    Raises:
        FileNotFoundError: this machine has no Chromium.
    """
    path = find_browser()
    if path is None:
        raise FileNotFoundError("Install Chromium or Google Chrome: neither was found.")
    arguments = ARGUMENTS + (WEBGL if webgl else NO_WEBGL)
    if os.geteuid() == 0:
        # Chromium's sandbox cannot be used by root, who runs everything in a container.
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
