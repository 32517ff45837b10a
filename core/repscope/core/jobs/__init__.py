"""The job table: the truth about what is being made, for whom, and by whom."""

from repscope.core.jobs.census import Census
from repscope.core.jobs.database import Database
from repscope.core.jobs.leases import Leases, Signal
from repscope.core.jobs.model import FINISHED, UNFINISHED, Event, Job, State, Worker
from repscope.core.jobs.store import JobStore
from repscope.core.jobs.workers import WorkerTable

__all__ = [
    "FINISHED",
    "UNFINISHED",
    "Census",
    "Database",
    "Event",
    "Job",
    "JobStore",
    "Leases",
    "Signal",
    "State",
    "Worker",
    "WorkerTable",
]
