"""What routes take as parameters."""

import re
from typing import Annotated

from fastapi import Cookie, Depends, Path, Request

from repscope.backend.metrics import Metrics
from repscope.backend.services import Services
from repscope.core.recipes import ID_PATTERN

OWNER_COOKIE = "repscope_browser"
#: Owner of what a script asks for.
LOCAL = "local"

_OWNER = re.compile(r"[0-9a-f]{32}")


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _owner(
    browser: Annotated[str | None, Cookie(alias=OWNER_COOKIE, include_in_schema=False)] = None,
) -> str:
    return browser if browser and _OWNER.fullmatch(browser) else LOCAL


def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


ServicesOf = Annotated[Services, Depends(_services)]
MetricsOf = Annotated[Metrics, Depends(_metrics)]
Owner = Annotated[str, Depends(_owner)]
IdInPath = Annotated[str, Path(alias="id", pattern=ID_PATTERN, description="32 hexadecimal digits")]
