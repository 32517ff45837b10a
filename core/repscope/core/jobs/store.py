"""The JobStore as people see it: ask for a recipe, look, take the wish back."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import Conflict, NotFound
from repscope.core.jobs import transitions
from repscope.core.jobs.database import Database
from repscope.core.jobs.model import UNFINISHED, Event, Job, State
from repscope.core.jobs.naming import title_of
from repscope.core.jobs.order import next_turn, positions
from repscope.core.jobs.schema import events, job_inputs, jobs, requests
from repscope.core.resolve import Node, Resolved


class JobStore:
    """The job table, which is the truth about what is made and who wants it."""

    def __init__(self, database: Database, artifacts: ArtifactStore) -> None:
        """Use `database` for the rows and `artifacts` to see what is there already."""
        self._database = database
        self._artifacts = artifacts

    def submit(self, resolved: Resolved, owner: str) -> Job:
        """Ask for an artifact: one job for each that is missing, each once.

        Asking for what is there, or under way, only records who wants it; asking for what failed
        or was cancelled queues it again.
        """
        nodes = {node.id: node for node in resolved.nodes}
        root = nodes[resolved.id]
        with self._database.write() as connection:
            self._want(connection, root, nodes, owner)
            if _state(connection, root.id) is None:
                # There without a job: published beside another, or older than this database.
                self._insert(connection, root, "done", owner)
            now = time.time()
            row = {"job_id": root.id, "owner": owner}
            where = and_(requests.c.job_id == root.id, requests.c.owner == owner)
            changed = connection.execute(
                requests.update().where(where).values(created=now, withdrawn=None)
            )
            if changed.rowcount == 0:
                connection.execute(requests.insert().values(**row, created=now))
            return self._read(connection, [root.id])[0]

    def get(self, job_id: str) -> Job:
        """Return one job.

        Raises:
            NotFound: There is no such job.
        """
        with self._database.read() as connection:
            found = self._read(connection, [job_id])
        if not found:
            raise NotFound(f"There is no job '{job_id}'.")
        return found[0]

    def find(self, job_ids: Sequence[str]) -> list[Job]:
        """Return those of the jobs that exist."""
        with self._database.read() as connection:
            return self._read(connection, job_ids)

    def version(self) -> int | None:
        """Return a number that every write changes, where there is one; see `Database.version`."""
        return self._database.version()

    def recent(
        self, owner: str | None = None, states: Iterable[State] = (), limit: int = 100
    ) -> list[Job]:
        """List jobs, newest first.

        Args:
            owner: Only what this person asked for.
            states: Only these; empty is all.
            limit: Most to return.
        """
        query = select(jobs.c.id).order_by(jobs.c.created.desc(), jobs.c.id).limit(limit)
        if owner is not None:
            query = query.join(requests, requests.c.job_id == jobs.c.id).where(
                requests.c.owner == owner, requests.c.withdrawn.is_(None)
            )
        if wanted := list(states):
            query = query.where(jobs.c.state.in_(wanted))
        with self._database.read() as connection:
            return self._read(connection, list(connection.execute(query).scalars()))

    def asked(self, job_ids: Sequence[str]) -> set[str]:
        """Return those that somebody asked for themselves, not only for what is made of them."""
        query = select(requests.c.job_id).where(
            requests.c.job_id.in_(job_ids), requests.c.withdrawn.is_(None)
        )
        with self._database.read() as connection:
            return set(connection.execute(query).scalars())

    def cancel(self, job_id: str, owner: str, *, alone: bool = False) -> Job:
        """Withdraw one person's wish; what nobody wants any longer stops.

        Args:
            job_id: The job.
            owner: The person.
            alone: Let their wishes for what is made from it stand; it goes on for those.

        Raises:
            NotFound: There is no such job.
            Conflict: It has ended already.
        """
        now = time.time()
        with self._database.write() as connection:
            state = _state(connection, job_id)
            if state is None:
                raise NotFound(f"There is no job '{job_id}'.")
            if state not in UNFINISHED:
                raise Conflict(f"This job is {state} already.", job=job_id)
            down = [job_id]
            if not alone:
                down += transitions.dependents_of(connection, job_id)
            connection.execute(
                requests.update()
                .where(requests.c.job_id.in_(down), requests.c.owner == owner)
                .values(withdrawn=now)
            )
            for candidate in (*down, *transitions.unfinished_inputs_of(connection, job_id)):
                self._stop_if_unwanted(connection, candidate)
            return self._read(connection, [job_id])[0]

    def finish_early(self, job_id: str, owner: str) -> Job:
        """Take what a running job has made so far instead of waiting for the whole.

        The runner publishes it as an artifact of its own (`result` of the job); the job itself
        then stops, unless others wait for the whole.

        Raises:
            NotFound: There is no such job.
            Conflict: It does not run.
        """
        with self._database.write() as connection:
            state = _state(connection, job_id)
            if state is None:
                raise NotFound(f"There is no job '{job_id}'.")
            if state != "running":
                raise Conflict(
                    f"This job is {state}; only a running job can be finished early.", job=job_id
                )
            connection.execute(
                requests.update()
                .where(requests.c.job_id == job_id, requests.c.owner == owner)
                .values(withdrawn=time.time())
            )
            transitions.change(connection, job_id, finishing=True)
            return self._read(connection, [job_id])[0]

    def retry(self, job_id: str, owner: str, resolved: Resolved) -> Job:
        """Queue a failed or cancelled job again.

        Raises:
            Conflict: It neither failed nor was cancelled.
        """
        job = self.get(job_id)
        if job.state not in ("failed", "cancelled"):
            raise Conflict(f"This job is {job.state}; there is nothing to retry.", job=job_id)
        return self.submit(resolved, owner)

    def queued(self) -> int:
        """Return how many jobs wait for a worker."""
        query = select(func.count()).select_from(jobs).where(jobs.c.state == "queued")
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def events_after(self, last: dict[str, int], limit: int = 1000) -> list[Event]:
        """Return rows of several jobs' histories.

        Args:
            last: For each job the number of the last row that is known.
            limit: Most to return; ask again for the rest.
        """
        if not last:
            return []
        newer = [and_(events.c.job_id == job, events.c.number > n) for job, n in last.items()]
        query = (
            select(events)
            .where(or_(*newer))
            .order_by(events.c.created, events.c.job_id, events.c.number)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [Event(r.job_id, r.number, r.type, r.data, r.created) for r in rows]

    def recipe(self, artifact_id: str) -> dict[str, Any] | None:
        """Find what an id stands for, among artifacts and jobs."""
        if self._artifacts.exists(artifact_id):
            return self._artifacts.open(artifact_id).recipe
        query = select(jobs.c.recipe).where(jobs.c.id == artifact_id)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def dependents(self, artifact_id: str) -> list[str]:
        """Return the unfinished jobs that read an artifact, or will."""
        query = (
            select(jobs.c.id)
            .join(job_inputs, job_inputs.c.job_id == jobs.c.id)
            .where(job_inputs.c.input_id == artifact_id, jobs.c.state.in_(UNFINISHED))
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def _want(self, connection: Connection, node: Node, nodes: dict[str, Node], owner: str) -> None:
        """See that a job for `node` is under way, and for everything that it lacks."""
        state = _state(connection, node.id)
        if self._artifacts.exists(node.id):
            if state not in (None, "done"):
                transitions.complete(connection, node.id, self._artifacts)
            return
        for input_id in node.input_ids:
            self._want(connection, nodes[input_id], nodes, owner)
        if state in UNFINISHED:
            if state == "running":
                # Somebody may have cancelled it a moment ago; its host need not stop then.
                transitions.change(connection, node.id, cancelling=False)
            return
        ready = all(self._artifacts.exists(input_id) for input_id in node.input_ids)
        begin: State = "queued" if ready else "waiting"
        if state is None:
            self._insert(connection, node, begin, owner)
        else:
            transitions.change(
                connection,
                node.id,
                state=begin,
                owner=owner,
                turn=next_turn(connection, owner),
                progress=None,
                message="",
                metrics={},
                error=None,
                attempts=0,
                failures=0,
                result=None,
                started=None,
                ended=None,
            )

    def _insert(self, connection: Connection, node: Node, state: State, owner: str) -> None:
        now = time.time()
        connection.execute(
            jobs.insert().values(
                id=node.id,
                kind=node.method.kind,
                method=node.method.method,
                title=title_of(node.method, node.recipe),
                needs=node.method.key,
                queue=node.method.queue,
                recipe=node.recipe,
                state=state,
                owner=owner,
                turn=next_turn(connection, owner),
                progress=1.0 if state == "done" else None,
                created=now,
                ended=now if state == "done" else None,
            )
        )
        for input_id in node.input_ids:
            connection.execute(job_inputs.insert().values(job_id=node.id, input_id=input_id))
        transitions.append_event(connection, node.id, "state", {"state": state, "error": None})

    def _stop_if_unwanted(self, connection: Connection, job_id: str) -> None:
        state = _state(connection, job_id)
        if state not in UNFINISHED or transitions.is_wanted(connection, job_id):
            return
        if state == "running":
            # Its host sees the flag and stops the runner; only then is it cancelled.
            transitions.change(connection, job_id, cancelling=True)
        else:
            transitions.cancel(connection, job_id)

    def _read(self, connection: Connection, job_ids: Sequence[str]) -> list[Job]:
        """Read jobs in the order of their ids' list."""
        if not job_ids:
            return []
        rows = connection.execute(select(jobs).where(jobs.c.id.in_(job_ids))).all()
        edges = connection.execute(select(job_inputs).where(job_inputs.c.job_id.in_(job_ids))).all()
        inputs: dict[str, list[str]] = {}
        for job_id, input_id in edges:
            inputs.setdefault(job_id, []).append(input_id)
        order = {job_id: place for place, job_id in enumerate(job_ids)}
        places = positions(connection) if any(row.state == "queued" for row in rows) else {}
        found = [to_job(row, inputs.get(row.id, []), places.get(row.id)) for row in rows]
        return sorted(found, key=lambda job: order[job.id])


def to_job(row: Row[Any], inputs: list[str], position: int | None) -> Job:
    """Build a job from its row."""
    values = dict(row._mapping)
    for name in ("owner", "turn", "lease_until"):
        del values[name]
    return Job(**values, inputs=inputs, position=position)


def _state(connection: Connection, job_id: str) -> State | None:
    query = select(jobs.c.state).where(jobs.c.id == job_id).with_for_update()
    return connection.execute(query).scalar_one_or_none()
