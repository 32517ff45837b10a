"""The commands beside `serve`, as an operator uses them: on real folders and servers."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from repscope.backend.cli import main
from repscope.backend.commands.worker import celery_command
from repscope.client import Client
from repscope.core.artifacts import ArtifactStore
from repscope.core.catalogue import Catalogue
from repscope.core.jobs import Database, JobStore
from repscope.core.recipes import Recipe
from repscope.core.resolve import resolve
from repscope.core.settings import Settings
from tests.backend.commanding import REPSCOPE, command, wait
from tests.backend.recipes import DIGITS, EMBEDDING, MAP
from tests.servers import Postgres, redis_server
from tools.app import App, running_app

COMMANDS = ("serve", "worker", "jobs", "doctor", "gc", "backup", "restore")
#: Takes long where nobody stops it.
ENDLESS = {
    "kind": "projection",
    "method": "tsne",
    "inputs": {"embedding": EMBEDDING},
    "params": {"iterations": 10_000},
}


@pytest.fixture(scope="module")
def made(server: App, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a running server, taken while it makes something."""
    endless = Client(server.url).submit(ENDLESS)
    server.wait_for(endless.id, "running")
    target = tmp_path_factory.mktemp("backup") / "backup"
    result = command("backup", target, "--data", server.data)
    endless.cancel()
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(r"\d+ artifacts, \d+ uploads and \d+ rows are in .*\n", result.stdout)
    return target


@pytest.fixture
def restored(made: Path, tmp_path: Path) -> Path:
    """A data folder with digits and their map, and no server."""
    data = tmp_path / "data"
    result = command("restore", made, "--data", data)
    assert result.returncode == 0, result.stderr
    return data


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert f"usage: repscope {name}" in capsys.readouterr().out
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {name} " in shown for name in COMMANDS)


def test_help_loads_next_to_nothing() -> None:
    code = (
        "import sys\nfrom repscope.backend.cli import main\nmain([])\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    found = {name.partition(".")[0] for name in result.stderr.split()}
    assert not found & {"numpy", "pydantic", "sqlalchemy", "fastapi", "celery", "redis", "psutil"}


@pytest.mark.slow
def test_a_restored_folder_serves_the_old_link_and_lets_go_of_it(
    restored: Path, server: App
) -> None:
    examined = command("doctor", "--data", restored)
    assert examined.returncode == 0, examined.stdout
    assert examined.stdout.endswith("Everything is well.\n")
    old = Client(server.url).get(MAP)
    with running_app(restored) as app:
        repscope = Client(app.url)
        new = repscope.artifact(old.id)
        assert np.array_equal(new.array("points"), old.array("points"))
        assert app.post("/api/resolve", MAP)["state"] == "done"
        # What ran during the backup begins again.
        again = app.post("/api/resolve", ENDLESS)
        app.wait_for(again["id"], "running")
        repscope.job(again["id"]).cancel()
        app.wait_for(again["id"], "cancelled")
    gc_tells_before_it_removes(restored)
    with running_app(restored) as app:
        assert app.finish(MAP)["state"] == "done"


def gc_tells_before_it_removes(data: Path) -> None:
    young = command("gc", "--data", data)
    assert (young.returncode, young.stdout) == (0, "Nothing may go.\n")
    told = command("gc", "--days", "0", "--data", data)
    assert "dataset/digits" in told.stdout
    assert told.stdout.endswith("Nothing was removed; --delete does it.\n")
    assert len(list(ArtifactStore(data / "artifacts"))) >= 4
    removed = command("gc", "--days", "0", "--delete", "--data", data)
    assert re.search(r"\d+ removed, .* freed\.\n$", removed.stdout)
    assert list(ArtifactStore(data / "artifacts")) == []
    assert command("doctor", "--data", data).returncode == 0


@pytest.mark.slow
def test_doctor_names_what_is_wrong(restored: Path) -> None:
    artifact = next(iter(ArtifactStore(restored / "artifacts")))
    array = next(artifact.path.glob("*.npy"))
    data = bytearray(array.read_bytes())
    data[-1] ^= 1
    array.write_bytes(data)
    assert command("doctor", "--quick", "--data", restored).returncode == 0
    examined = command("doctor", "--json", "--data", restored)
    assert examined.returncode == 1
    report = json.loads(examined.stdout)
    (wrong,) = [check for check in report["checks"] if check["state"] == "wrong"]
    assert wrong["name"] == "store"
    assert f"{array.name} is not what was made" in wrong["text"]
    assert "Remove this folder" in wrong["remedy"]
    assert report["well"] is False
    shutil.rmtree(artifact.path)
    examined = command("doctor", "--data", restored)
    assert examined.returncode == 0
    assert "1 are done and their result is not in the store" in examined.stdout
    rotten = restored / "uploads" / "ab" / ("ab" * 32)
    rotten.parent.mkdir(parents=True)
    rotten.write_bytes(b"rot")
    examined = command("doctor", "--data", restored)
    assert examined.returncode == 1
    assert f"{rotten}: It is not what was sent." in examined.stdout
    rotten.unlink()


@pytest.mark.slow
def test_doctor_sees_what_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "repscope.db").write_text("this is no database, but long enough to look at")
    broken = command("doctor", "--data", tmp_path)
    assert broken.returncode == 1
    assert "not a database" in broken.stdout
    away = command(
        "doctor",
        "--data",
        tmp_path,
        REPSCOPE_DATABASE_URL="postgresql://repscope:s3cret@127.0.0.1:1/x",
        REPSCOPE_REDIS_URL="redis://:s3cret@127.0.0.1:1/0",
    )
    assert away.returncode == 1
    assert away.stdout.count("does not answer") == 2
    assert "s3cret" not in away.stdout + away.stderr


@pytest.mark.slow
def test_jobs_are_listed_and_stopped(server: App) -> None:
    job = Client(server.url).submit(ENDLESS)
    listed = command("jobs", REPSCOPE_URL=server.url)
    assert listed.returncode == 0
    assert re.search(rf"^{job.id[:12]}  (queued|running|waiting)", listed.stdout, re.MULTILINE)
    shown = json.loads(command("jobs", "--url", server.url, "--json").stdout)
    assert job.id in {each["id"] for each in shown}
    stopped = command("jobs", "--url", server.url, "cancel", job.id[:10])
    assert stopped.stdout.startswith(f"{job.id} 't-SNE' is ")
    server.wait_for(job.id, "cancelled")
    again = command("jobs", "--url", server.url, "retry", job.id)
    assert again.returncode == 0
    job.cancel()
    server.wait_for(job.id, "cancelled")
    unknown = command("jobs", "--url", server.url, "cancel", "zzz")
    assert (unknown.returncode, len(unknown.stderr.splitlines())) == (1, 1)


def test_jobs_of_no_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "--url", "http://127.0.0.1:9"]) == 1
    assert "No Repscope answers" in capsys.readouterr().err
    assert main(["jobs", "--url", "nonsense"]) == 1
    assert "looks like http://" in capsys.readouterr().err


@pytest.mark.parametrize("queues", ["", "nothing", "compute,live", "live"])
def test_workers_of_no_queue(queues: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--queues", queues]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.slow
def test_a_worker_by_itself(tmp_path: Path) -> None:
    """A plain one, on the job table alone: it makes what is queued, and ends at Ctrl-C."""
    settings = Settings(data=tmp_path)
    words = [REPSCOPE, "worker", "--queues", "compute", "--name", "mine", "--data", tmp_path]
    with subprocess.Popen(words, start_new_session=True) as worker:
        try:
            wait(lambda: (tmp_path / "repscope.db").exists())
            database = Database(settings.database)
            submit(settings, database, DIGITS)
            store = ArtifactStore(settings.store)
            wait(lambda: list(store))
            database.close()
            family = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children()]
            worker.send_signal(signal.SIGINT)
            assert worker.wait(20) == 0
            assert not psutil.wait_procs(family, timeout=10)[1]
        finally:
            worker.kill()


@pytest.mark.slow
@pytest.mark.redis
@pytest.mark.postgres
def test_servers_by_their_commands(tmp_path: Path, postgres: Postgres) -> None:
    """A server and two workers on Redis and PostgreSQL, examined, backed up, restored."""
    with redis_server() as redis:
        variables = {
            "REPSCOPE_DATABASE_URL": postgres.new_database(),
            "REPSCOPE_REDIS_URL": redis.url,
            "REPSCOPE_DATA": str(tmp_path / "data"),
        }
        environment = os.environ | variables
        with running_app(tmp_path / "data", environment=variables) as app:
            workers = [
                subprocess.Popen(
                    [REPSCOPE, "worker", "--queues", queues],
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                for queues in ("compute,train", "live")
            ]
            try:
                repscope = Client(app.url, patience=60)
                assert repscope.get(MAP).arrays == {"points": (1797, 2)}
                answer = repscope.live("neighbors", embedding=repscope.get(EMBEDDING), row=1)
                assert len(answer["indices"]) == 12
                examined = command("doctor", **variables)
                assert examined.returncode == 0, examined.stdout
                assert "PostgreSQL answers" in examined.stdout
                assert "Redis answers" in examined.stdout
                assert command("backup", tmp_path / "all.tar", **variables).returncode == 0
            finally:
                for worker in workers:
                    worker.terminate()
                for worker in workers:
                    worker.wait(30)
        restored = command("restore", tmp_path / "all.tar", "--data", tmp_path / "laptop")
        assert restored.returncode == 0, restored.stderr
    examined = command("doctor", "--data", tmp_path / "laptop")
    assert examined.returncode == 0, examined.stdout
    assert "SQLite answers" in examined.stdout


def test_a_worker_of_celery_is_one_process() -> None:
    words = celery_command(["compute", "train"], None, "info")
    assert "--pool=solo" in words
    assert "--queues=compute,train" in words
    assert f"--hostname=compute-{os.getpid()}@%h" in words


def submit(settings: Settings, database: Database, recipe: dict[str, object]) -> None:
    """Ask for something without a server."""
    jobs = JobStore(database, ArtifactStore(settings.store))
    jobs.submit(resolve(Recipe.model_validate(recipe), Catalogue.shipped(), jobs.recipe), "ada")


def test_zoo_lists_what_comes_along_and_says_what_does_not(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["zoo", "list"]) == 0
    assert "| `supervised_digits` | Supervised (handwritten digits) |" in capfd.readouterr().out
    assert main(["zoo", "build", "nothing", "--data", str(tmp_path)]) == 2
    assert "There is no 'nothing'; there are autoencoder_digits, " in capfd.readouterr().err
