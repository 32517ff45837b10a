"""A look at a database changes nothing, and says what is wrong with it."""

import sqlite3
from pathlib import Path

import pytest

from repscope.core.errors import Unavailable
from repscope.core.jobs.inspection import Damaged, find_schema_version
from repscope.core.jobs.schema import CURRENT, schema_version
from tests.core.conftest import DATASET, Bench


def test_the_version_is_found_and_left(bench: Bench) -> None:
    bench.submit(DATASET)
    url = bench.database._engine.url.render_as_string(hide_password=False)
    assert find_schema_version(url) == CURRENT
    with bench.database.write() as connection:
        connection.execute(schema_version.update().values(version=CURRENT + 1))
    assert find_schema_version(url) == CURRENT + 1


def test_nothing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert find_schema_version(f"sqlite:///{path}") is None
    assert list(tmp_path.iterdir()) == []
    sqlite3.connect(path).close()
    path.touch()
    assert find_schema_version(f"sqlite:///{path}") is None


@pytest.mark.postgres
def test_an_empty_database_has_no_version(request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgres").new_database()
    assert find_schema_version(url) is None
    assert find_schema_version(url) is None


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    path.write_text("no database " * 100)
    with pytest.raises(Damaged, match="not a database"):
        find_schema_version(f"sqlite:///{path}")


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises(Unavailable) as away:
        find_schema_version("postgresql://ada:s3cret@127.0.0.1:1/repscope")
    assert "s3cret" not in away.value.message
