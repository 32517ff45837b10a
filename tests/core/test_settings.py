"""`REPSCOPE_*` variables have one reader."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from repscope.core.settings import get_settings


def test_the_environment_is_read_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_DATA", "/somewhere")
    monkeypatch.setenv("REPSCOPE_PORT", "9001")
    settings = get_settings()
    assert settings.data == Path("/somewhere")
    assert settings.port == 9001
    assert settings.database == "sqlite:////somewhere/repscope.db"
    monkeypatch.setenv("REPSCOPE_DATABASE_URL", "postgresql://db/repscope")
    assert get_settings().database == "postgresql://db/repscope"


def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_PORT", "99999")
    with pytest.raises(ValidationError):
        get_settings()


def test_what_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_TOKEN", "")
    monkeypatch.setenv("REPSCOPE_DATABASE_URL", "")
    settings = get_settings()
    assert settings.token is None
    assert settings.database.startswith("sqlite:")


def test_sizes_may_be_written_with_units(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_settings().free_space_floor == 2**30
    monkeypatch.setenv("REPSCOPE_FREE_SPACE_FLOOR", "500 MiB")
    assert get_settings().free_space_floor == 500 * 2**20


@pytest.mark.parametrize("token", ["too short", "a token with spaces in it", "tokén-tokén-tokén"])
def test_a_token_that_is_easily_guessed_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("REPSCOPE_TOKEN", token)
    with pytest.raises(ValidationError) as caught:
        get_settings()
    assert token not in str(caught.value)


def test_a_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_TOKEN", "correct-horse-battery")
    assert "horse" not in repr(get_settings())
