"""Many at once, and a database that goes away: on SQLite and on PostgreSQL alike."""

import contextlib
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from repscope.core.errors import Conflict, Unavailable
from repscope.core.jobs import Database, Leases
from repscope.core.jobs.schema import schema_version
from tests.core.conftest import DATASET, EMBEDDING, Bench
from tests.servers import Postgres


def test_graphs_that_are_asked_for_made_and_cancelled_at_once_come_to_an_end(bench: Bench) -> None:
    recipes = [
        EMBEDDING | {"inputs": {"dataset": DATASET | {"params": {"count": count}}}}
        for count in range(1, 9)
    ]

    def use(person: int) -> None:
        chance = random.Random(person)
        for _ in range(6):
            job = bench.submit(chance.choice(recipes), f"owner{person}")
            if chance.random() < 0.5 and bench.jobs.get(job.id).state != "done":
                with contextlib.suppress(Conflict):  # it ended meanwhile
                    bench.jobs.cancel(job.id, f"owner{person}")

    def work(host: int) -> None:
        for _ in range(60):
            if job := bench.claim(f"host{host}"):
                bench.make(job)
                bench.leases.finish(job)

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(use, n) for n in range(5)] + [pool.submit(work, n) for n in range(3)]
        for each in running:
            each.result()
    bench.work()
    states = Counter(job.state for job in bench.jobs.recent())
    assert set(states) <= {"done", "cancelled"}
    assert states["done"] > 0


def test_a_lease_runs_by_the_clock_of_the_database(bench: Bench) -> None:
    short = Leases(bench.database, bench.artifacts, seconds=-1.0)
    job = bench.submit(DATASET)
    assert short.claim("w", ["compute"], [bench.jobs.get(job.id).needs]) is not None
    assert bench.leases.reconcile() == 1
    assert bench.jobs.get(job.id).state == "queued"


def test_every_write_makes_another_version(bench: Bench) -> None:
    url = bench.database._engine.url
    other = Database(url.render_as_string(hide_password=False))
    if url.get_backend_name() == "postgresql":
        assert other.version() is None  # it has none that costs less than a query
    else:
        for writer, step in ((bench.database, 1), (other, -1)):
            with writer.write():
                pass  # an empty transaction is no write
            before = other.version()
            assert before == other.version()
            with writer.write() as connection:
                number = schema_version.c.version + step
                connection.execute(schema_version.update().values(version=number))
            assert other.version() != before
    other.close()


def test_one_server_leads(bench: Bench, request: pytest.FixtureRequest) -> None:
    first, second = bench.database.leader(), bench.database.leader()
    assert first.leads()
    one_office = "postgresql" in request.node.name
    assert second.leads() is not one_office
    first.resign()
    # PostgreSQL frees the lock when it notices that the connection is gone.
    deadline = time.monotonic() + 30.0
    while not second.leads():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    second.resign()


@pytest.mark.postgres
def test_a_database_that_restarts_is_missed_in_words_and_used_again(postgres: Postgres) -> None:
    database = Database(postgres.new_database())
    leader = database.leader()
    assert leader.leads()

    def write_while_it_restarts() -> None:
        with database.write() as connection:
            postgres.restart()
            connection.execute(select(1))

    with pytest.raises(Unavailable, match="does not answer"):
        write_while_it_restarts()
    with database.read() as connection:
        assert connection.execute(select(1)).scalar_one() == 1
    with pytest.raises(Unavailable):
        leader.leads()
    assert leader.leads()
    leader.resign()
    database.close()


@pytest.mark.postgres
def test_a_database_that_is_not_there_is_named(postgres: Postgres) -> None:
    nowhere = postgres.new_database().replace("127.0.0.1:", "127.0.0.1:1")
    with pytest.raises(Unavailable, match="does not answer"):
        Database(nowhere)
