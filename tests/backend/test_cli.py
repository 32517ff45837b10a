"""`repscope serve` as a person and as the system use it: start, Ctrl-C, kill -9, start again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from repscope.backend.cli import main
from tests.backend.commanding import REPSCOPE, command, wait
from tests.backend.recipes import MAP
from tools.app import App, answers, free_port, running_app

ROOT = Path(__file__).resolve().parents[2]
#: By the plugin of the benchmarks.
LONG = {"kind": "dataset", "method": "many_images", "params": {"count": 2_000_000}}


def family(app: App) -> list[psutil.Process]:
    """The server and everything that it started."""
    server = psutil.Process(app.process.pid)
    return [server, *server.children(recursive=True)]


def all_up(app: App) -> bool:
    """Three hosts in one process; that for training has no runner yet."""
    workers = app.get("/api/health")["workers"]
    return sorted(w["id"] for w in workers if w["state"] == "ready") == [
        "live",
        "train",
        "worker-1",
    ]


@contextmanager
def listening(app: App) -> Iterator[None]:
    """Hear of events meanwhile, which holds a request open."""
    with socket.create_connection(("127.0.0.1", int(app.url.rpartition(":")[2]))) as stream:
        stream.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in stream.recv(1000)
        yield


def gone(processes: list[psutil.Process], seconds: float) -> bool:
    return not psutil.wait_procs(processes, timeout=seconds)[1]


@pytest.mark.slow
def test_a_life(tmp_path: Path) -> None:
    """Start, two lines, a crash of the workers, a refused twin, Ctrl-C, nothing left, and again."""
    data = tmp_path / "data"
    (data / "plugins").mkdir(parents=True)
    shutil.copy(ROOT / "benchmarks" / "many_images.py", data / "plugins")
    with running_app(data) as app:
        wait(lambda: all_up(app))
        assert app.log.read_text().splitlines() == [
            f"Repscope runs at {app.url} (Ctrl-C ends it)",
            f"Data folder: {data}",
        ]

        twin = command("serve", "--no-browser", "--port", "0", "--data", str(data))
        assert (twin.returncode, twin.stdout) == (1, "")
        assert f"process {app.process.pid}, {app.url}" in twin.stderr
        assert len(twin.stderr.splitlines()) == 1

        before = {w["id"]: w["pid"] for w in app.get("/api/health")["workers"]}
        (pid,) = set(before.values())
        os.kill(pid, signal.SIGKILL)

        def replaced() -> bool:
            now = {w["id"]: w["pid"] for w in app.get("/api/health")["workers"]}
            return all(now.get(name, pid) != pid for name, pid in before.items())

        wait(replaced)
        wait(lambda: all_up(app))
        assert app.finish(MAP)["state"] == "done"

        app.wait_for_method("many_images")
        job = app.post("/api/jobs", LONG)["id"]
        app.wait_for(job, "running")
        started = family(app)
        assert len(started) == 4
        with listening(app):
            assert app.interrupt(8) == 0
        assert gone(started, 8)
        assert len(app.log.read_text().splitlines()) == 2
    assert (data / "logs" / "workers.log").is_file()
    assert (data / "logs" / "server.log").is_file()
    with running_app(data) as app:
        app.wait_for(job, "done")
        started = family(app)
        assert app.interrupt(8) == 0
        assert gone(started, 8)


@pytest.mark.slow
def test_kill_leaves_no_process_and_the_next_start_works(tmp_path: Path) -> None:
    with running_app(tmp_path / "data") as app:
        wait(lambda: all_up(app))
        started = family(app)
        assert len(started) == 4
        app.process.kill()
        assert gone(started, 8)
    with running_app(tmp_path / "data") as app:
        assert app.finish(MAP)["state"] == "done"
        started = family(app)
        app.process.send_signal(signal.SIGTERM)
        assert app.process.wait(10) == 0
        assert gone(started, 8)


@pytest.mark.slow
def test_what_a_dead_server_left_running_is_ended(tmp_path: Path) -> None:
    """A host that outlives its server, as if its line were held open by another process."""
    environment = os.environ | {"REPSCOPE_DATA": str(tmp_path / "data")}
    module = [sys.executable, "-m", "repscope.workers.host", "--name", "worker-1"]
    with subprocess.Popen(module, env=environment, start_new_session=True) as orphan:
        wait(lambda: (tmp_path / "data" / "repscope.db").exists())
        wait(lambda: len(psutil.Process(orphan.pid).children()) == 1)
        processes = [psutil.Process(orphan.pid), *psutil.Process(orphan.pid).children()]
        with running_app(tmp_path / "data") as app:
            orphan.wait(5)
            assert gone(processes, 5)
            wait(lambda: all_up(app))


@pytest.mark.slow
def test_make_run_starts_it_and_control_c_leaves_no_process(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "make.log"
    # `make test` tells its children that they run inside make; a person's terminal does not.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    with log.open("wb") as output:
        make = subprocess.Popen(
            ["make", "run", f"ARGS=--no-browser --port {port} --data {tmp_path / 'data'}"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 120
        while not answers(f"http://127.0.0.1:{port}"):
            assert make.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        started = [psutil.Process(make.pid), *psutil.Process(make.pid).children(recursive=True)]
        os.killpg(make.pid, signal.SIGINT)
        make.wait(20)
        _, alive = psutil.wait_procs(started, timeout=10)
        assert alive == []
        assert "Traceback" not in log.read_text()
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGKILL)


@pytest.mark.slow
def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    for pause in (0.05, 0.4, 0.8, 1.2):
        arguments = ["serve", "--no-browser", "--port", str(free_port()), "--data", str(tmp_path)]
        with subprocess.Popen([REPSCOPE, *arguments], stderr=subprocess.PIPE) as process:
            time.sleep(pause)
            started = [psutil.Process(process.pid)]
            started += started[0].children(recursive=True)
            process.send_signal(signal.SIGINT)
            process.wait(15)
            assert gone(started, 8)


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = command("serve", "--no-browser", "--port", port, "--data", str(tmp_path / "d"))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"repscope: Port {port} is taken by another program; choose another with --port.\n"
    )


def test_an_address_of_another_machine_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--host", "192.0.2.1", "--data", str(tmp_path / "data")]) == 1
    error = capsys.readouterr().err
    assert "192.0.2.1 cannot be used" in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "variables", "name"),
    [
        (["--port", "70000"], {}, "port"),
        (["--workers", "0"], {}, "workers"),
        ([], {"REPSCOPE_PORT": "http"}, "port"),
        ([], {"REPSCOPE_LEASE_SECONDS": "NaN"}, "lease_seconds"),
    ],
)
def test_settings_that_do_not_fit(
    arguments: list[str],
    variables: dict[str, str],
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for key, value in variables.items():
        monkeypatch.setenv(key, value)
    assert main(["serve", *arguments]) == 1
    error = capsys.readouterr().err
    assert f"'{name}'" in error
    assert len(error.splitlines()) == 1


def test_help_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "serve" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    shown = capsys.readouterr().out
    assert all(re.search(flag, shown) for flag in ("--port", "--data", "--no-browser", "--workers"))
