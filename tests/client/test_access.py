"""A server that demands a token lets the client in that has it."""

import pytest

from repscope.client import Client, Recipe, Unauthorized
from tests.client.conftest import TOKEN
from tools.app import App


@pytest.mark.slow
def test_the_token_opens_everything(guarded: App, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unauthorized, match="token"):
        Client(guarded.url).jobs()
    with pytest.raises(Unauthorized):
        Client(guarded.url, token="another-token-of-tests").jobs()
    monkeypatch.setenv("REPSCOPE_TOKEN", TOKEN)
    digits = Client(guarded.url).get(Recipe("dataset", "digits"))
    assert digits.rows("images", 0, 2).shape == (2, 8, 8, 1)
    assert Client(f"{guarded.url}/?token={TOKEN}").jobs()
