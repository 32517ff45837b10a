"""The page that asks for the token, and the one that a link from elsewhere passes through.

Both work without scripts and load nothing but their style.
"""

from html import escape
from pathlib import Path

from fastapi.responses import FileResponse, HTMLResponse

STYLE_PATH = "/sign-in.css"
_STYLE = Path(__file__).with_name("sign_in.css")

#: A form that is sent must say where it comes from, and may go nowhere else.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{refresh}
<title>Repscope</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
<main>
<svg viewBox="0 0 32 32" width="40" height="40" aria-hidden="true">
<circle class="lens" cx="16" cy="16" r="13"/>
<circle class="first" cx="12" cy="13" r="3"/>
<circle class="second" cx="20" cy="12" r="3"/>
<circle class="third" cx="17" cy="20" r="3"/>
</svg>
<h1>Repscope</h1>
{body}
</main>
</html>
"""

# Without an action the form goes to the page's own address, so that a link to a certain view
# opens that view.
_FORM = """<p>Whoever started this server has a token for it. Paste it here; this browser will
remember it for a month.</p>
<form method="post">
<input name="name" value="repscope" autocomplete="username" hidden>
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" autofocus required
 spellcheck="false"{invalid}>
{problem}
<button>Open</button>
</form>
<p class="hint">The token is the last part of the link that <code>repscope serve</code> prints;
under Docker, <code>docker compose logs backend</code> shows it.</p>
"""


def sign_in_page(problem: str | None = None, status: int = 401) -> HTMLResponse:
    """Ask for the token.

    Args:
        problem: One sentence on the last try.
        status: Of the answer.
    """
    told = f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    invalid = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    body = _FORM.format(problem=told, invalid=invalid)
    return _page(body, "", status)


def passing_page(address: str) -> HTMLResponse:
    """Send a browser on to an address of this server, as from a page of this server.

    A browser that followed a link on another site keeps our cookie to itself, through redirects
    too; on the way from this page it shows it.
    """
    target = escape(address)
    refresh = f'<meta http-equiv="refresh" content="0;url={target}">'
    return _page(f'<p><a href="{target}">Open</a></p>', refresh, 200)


def style() -> FileResponse:
    """Return the style of both."""
    return FileResponse(_STYLE, media_type="text/css", headers={"Cache-Control": "no-cache"})


def _page(body: str, refresh: str, status: int) -> HTMLResponse:
    text = _PAGE.format(body=body, refresh=refresh, style=STYLE_PATH)
    return HTMLResponse(text, status_code=status, headers=_HEADERS)
