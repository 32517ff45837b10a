"""What people say of artifacts stands beside them."""

import sqlalchemy
from sqlalchemy import select

from repscope.core.jobs import Database
from repscope.core.jobs.schema import CURRENT, schema_version, selections, titles
from repscope.core.library import Naming, Titles
from tests.core.conftest import Bench

ONE, TWO = "1" * 32, "2" * 32


def test_a_title_and_a_note_are_said_apart_and_taken_back(bench: Bench) -> None:
    said = Titles(bench.database)
    assert said.of(ONE) == Naming("", "")
    assert said.say(ONE, "ada", title="Flowers") == Naming("Flowers", "")
    assert said.say(ONE, "grace", note="from the garden") == Naming("Flowers", "from the garden")
    said.say(TWO, "ada", note="other")
    assert said.find([ONE, TWO, "3" * 32]) == {
        ONE: Naming("Flowers", "from the garden"),
        TWO: Naming("", "other"),
    }
    assert said.say(ONE, "ada", title="") == Naming("", "from the garden")
    said.say(ONE, "ada", note="")
    assert said.of(ONE) == Naming()
    with bench.database.read() as connection:  # or `repscope gc` would keep it
        kept = connection.execute(select(titles.c.artifact_id)).scalars().all()
    assert kept == [TWO]


def test_a_database_of_the_first_schema_is_brought_forward(bench: Bench) -> None:
    Titles(bench.database).say(ONE, "ada", title="Flowers")
    with bench.database.write() as connection:
        selections.drop(connection)
        connection.execute(schema_version.update().values(version=1))
    url = bench.database._engine.url.render_as_string(hide_password=False)
    newer = Database(url)
    with newer.read() as connection:
        assert connection.execute(select(schema_version.c.version)).scalar_one() == CURRENT
        assert sqlalchemy.inspect(connection).has_table("selections")
    assert Titles(newer).of(ONE).title == "Flowers"
    newer.close()
