"""Trainings, each with its snapshots."""

from fastapi import APIRouter

from repscope.backend.dependencies import ServicesOf
from repscope.backend.runs import RunList, list_runs

router = APIRouter(tags=["artifacts"])


@router.get("/runs")
def get_runs(services: ServicesOf) -> RunList:
    """List all trainings that are under way or left something, newest first."""
    return RunList(runs=list_runs(services))
