"""A server that demands a token lets the client in that has it."""

from pathlib import Path

import pytest

from repscope.client import Client, Recipe, Unauthorized
from tools.app import running_app

TOKEN = "a-token-of-the-tests"


@pytest.mark.slow
def test_the_token_opens_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_app(tmp_path / "data", environment={"REPSCOPE_TOKEN": TOKEN}) as app:
        with pytest.raises(Unauthorized, match="token"):
            Client(app.url).jobs()
        with pytest.raises(Unauthorized):
            Client(app.url, token="another-token-of-tests").jobs()
        monkeypatch.setenv("REPSCOPE_TOKEN", TOKEN)
        digits = Client(app.url).get(Recipe("dataset", "digits"))
        assert digits.rows("images", 0, 2).shape == (2, 8, 8, 1)
        assert Client(f"{app.url}/?token={TOKEN}").jobs()
