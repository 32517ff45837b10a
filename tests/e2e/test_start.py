"""Starting and stopping, as a person does at a terminal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.e2e.recipes import projection
from tools.app import App, answers, free_port, running_app

ROOT = Path(__file__).resolve().parents[2]


def family(app: App) -> list[psutil.Process]:
    """The server and everything that it started, directly or not."""
    server = psutil.Process(app.process.pid)
    return [server, *server.children(recursive=True)]


def wait_for_runners(app: App) -> None:
    """Wait until the hosts are up with the runners for jobs and live calls."""
    deadline = time.monotonic() + 30
    while len(family(app)) < 4:
        assert time.monotonic() < deadline, family(app)
        time.sleep(0.1)


def test_control_c_leaves_no_process(tmp_path: Path) -> None:
    with running_app(tmp_path / "data") as app:
        wait_for_runners(app)
        started = family(app)
        assert app.interrupt() == 0
        _, alive = psutil.wait_procs(started, timeout=10)
        assert alive == []
        assert "Traceback" not in app.log.read_text()


def test_control_c_during_a_job_leaves_no_process_and_the_next_start_resumes(
    tmp_path: Path,
) -> None:
    many = (ROOT / "benchmarks" / "many_images.py").read_text()
    (tmp_path / "data" / "plugins").mkdir(parents=True)
    (tmp_path / "data" / "plugins" / "many_images.py").write_text(many)
    recipe = {"kind": "dataset", "method": "many_images", "params": {"count": 2_000_000}}
    with running_app(tmp_path / "data") as app:
        app.wait_for_method("many_images")
        job = app.post("/api/jobs", recipe)
        app.wait_for(job["id"], "running")
        started = family(app)
        assert app.interrupt() == 0
        _, alive = psutil.wait_procs(started, timeout=10)
        assert alive == []
    with running_app(tmp_path / "data") as app:
        app.wait_for(job["id"], "done")


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


def test_the_server_never_loads_torch(tmp_path: Path) -> None:
    with running_app(tmp_path / "data") as app:
        assert app.finish(projection())["state"] == "done"
        if sys.platform == "linux":
            maps = Path(f"/proc/{app.process.pid}/maps").read_text()
            assert "libtorch" not in maps
    code = "import sys, repscope.backend.app; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_second_server_on_the_same_folder_is_refused_with_words(tmp_path: Path) -> None:
    with running_app(tmp_path / "data"):
        command = [Path(sys.executable).with_name("repscope"), "serve", "--no-browser", "--port"]
        second = subprocess.run(
            [*command, "0", "--data", tmp_path / "data"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    assert second.returncode == 1
    assert second.stderr.startswith("repscope: ")
    assert "Traceback" not in second.stderr
