"""PostgreSQL and Redis for tests: real servers, each in a folder of its own, killed at will."""

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import redis
from psycopg import sql

from tools.app import free_port

#: PostgreSQL refuses to run as root; Debian's package makes this user.
POSTGRES_USER = "postgres"


def find_postgres() -> str | None:
    """Folder of PostgreSQL's programs; Debian keeps it off the PATH, one folder a version."""
    if (found := shutil.which("initdb")) is not None:
        return str(Path(found).parent)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return str(debian[-1].parent) if debian else None


class Postgres:
    """One PostgreSQL server on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        programs = find_postgres()
        assert programs is not None
        self._programs = Path(programs)
        self._user = POSTGRES_USER if os.getuid() == 0 else None
        if self._user is not None:
            shutil.chown(folder, self._user)
        # Durability is what a killed server is tested for, so no setting is made faster here.
        self._run("initdb", "--auth=trust", "--username=repscope", "--no-instructions")
        self.start()

    def start(self) -> None:
        """Start, or start again what was stopped or killed; returns when it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", log, "--options", options)

    def restart(self) -> None:
        """Break all connections, as an update of the server does."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=fast")
        self.start()

    def kill(self) -> None:
        """End it and all its processes as a power cut does."""
        pid = int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        family = [psutil.Process(pid), *psutil.Process(pid).children()]
        for process in family:
            process.kill()
        psutil.wait_procs(family, timeout=10)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def new_database(self) -> str:
        """URL of an empty database."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._address(name)

    def _address(self, database: str) -> str:
        return f"postgresql://repscope@127.0.0.1:{self._port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        environment = os.environ | {"PGDATA": str(self._folder / "data"), "LC_ALL": "C.UTF-8"}
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            env=environment,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )


class Redis:
    """One Redis server on a free port, with the settings of the compose file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        options = ["--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", ""]
        command = ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self._folder), *options], stdout=subprocess.DEVNULL
        )
        while not self._answers():
            assert self._process.poll() is None, "redis-server did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def wipe(self) -> None:
        """Kill it, lose all that it held, and start it again."""
        self.kill()
        shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)
        self.start()

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self._port) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    # Not under pytest's folders, which the server's own user may not enter.
    with tempfile.TemporaryDirectory(prefix="repscope-postgres-") as folder:
        server = Postgres(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def redis_server() -> Iterator[Redis]:
    with tempfile.TemporaryDirectory(prefix="repscope-redis-") as folder:
        server = Redis(Path(folder))
        try:
            yield server
        finally:
            server.kill()
