"""The built user interface, out of the package."""

import uuid
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from repscope.backend.dependencies import LOCAL, OWNER_COOKIE, Owner

#: Where the build hook puts it.
FOLDER = Path(__file__).parent / "static"

#: Files whose names change with their content.
_HASHED = "assets/"
_ONE_YEAR = 365 * 24 * 3600

_ABSENT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Repscope</title>
<h1>The user interface has not been built</h1>
<p>The server runs, but this installation lacks the browser part. In a clone of the repository,
<code>make setup</code> builds it; the wheel has it inside. Then start Repscope again.</p>
<p>The API answers meanwhile: <a href="/docs">all calls</a>.</p>
</html>
"""


class _Files(StaticFiles):
    """Static files that browsers keep for good when their names hold a hash."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = path.startswith(_HASHED) and response.status_code in {200, 304}
        keep = f"public, max-age={_ONE_YEAR}, immutable" if hashed else "no-cache"
        response.headers["Cache-Control"] = keep
        return response


def install_ui(app: FastAPI, folder: Path = FOLDER) -> None:
    """Serve the page at `/`, and the files that it loads."""
    router = APIRouter(include_in_schema=False)

    @router.head("/")
    @router.get("/")
    def page(request: Request, owner: Owner) -> Response:
        index = folder / "index.html"
        built = index.is_file()
        response = FileResponse(index) if built else HTMLResponse(_ABSENT, status_code=503)
        response.headers["Cache-Control"] = "no-cache"
        if owner == LOCAL:
            # Tells the jobs of one browser from those of another; it opens nothing.
            response.set_cookie(
                OWNER_COOKIE,
                uuid.uuid4().hex,
                max_age=_ONE_YEAR,
                httponly=True,
                samesite="strict",
                secure=request.url.scheme == "https",
            )
        return response

    files = _Files(directory=folder, check_dir=False)

    @router.head("/{path:path}")
    @router.get("/{path:path}")
    async def file(path: str, request: Request) -> Response:
        return await files.get_response(path, request.scope)

    app.include_router(router)
