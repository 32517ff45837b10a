"""Downloads by name: whether a recipe may have something fetched from the network.

Everyone who knows the token counts alike, so there is no telling a teacher from a class. A server
beyond loopback therefore fetches nothing that a request names, unless it was started to; whoever
runs it fetches beforehand, and what is here can be used by all.
"""

from repscope.backend.access import is_loopback
from repscope.backend.errors import Forbidden
from repscope.backend.services import Services
from repscope.core.downloads import DOWNLOAD_FORMAT, Downloads
from repscope.core.resolve import Resolved
from repscope.core.settings import Settings


def may_download(settings: Settings) -> bool:
    """Tell whether requests may have something fetched."""
    if settings.hub is None:
        return is_loopback(settings.host)
    return settings.hub == "all"


def require_downloads(services: Services, resolved: Resolved) -> None:
    """See that nothing has to be fetched that may not be.

    Raises:
        Forbidden: Something has to.
    """
    if may_download(services.settings):
        return
    downloads = Downloads(services.settings.downloads)
    for node in resolved.nodes:
        if services.artifacts.exists(node.id):
            continue
        for name, schema in node.method.params.get("properties", {}).items():
            given = node.recipe["params"].get(name)
            if schema.get("format") != DOWNLOAD_FORMAT or not isinstance(given, str):
                continue
            if not node.recipe["params"].get(schema.get("fetchedIf", name)):
                continue
            if not downloads.has(node.method.method, given):
                raise Forbidden(
                    f"This server does not download '{given[:100]}' on request; ask who runs it "
                    "to fetch it beforehand (repscope prefetch) or to allow downloads "
                    "(REPSCOPE_HUB=all).",
                    field=f"params.{name}" if node.id == resolved.id else None,
                )
