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
