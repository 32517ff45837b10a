"""Whether the server can serve, and who works for it."""

from fastapi import APIRouter

from repscope.backend.dependencies import ServicesOf
from repscope.backend.models import Health, WorkerStatus
from repscope.backend.services import VERSION

router = APIRouter(tags=["server"])


@router.get("/health")
def get_health(services: ServicesOf) -> Health:
    """Tell that the server can serve, which worker hosts are up and how many jobs wait."""
    workers = services.workers.alive(within=services.settings.lease_seconds)
    return Health(
        status="ok",
        version=VERSION,
        workers=[
            WorkerStatus(
                id=worker.id,
                host=worker.host,
                pid=worker.pid,
                queues=worker.queues,
                device=worker.device,
                state=worker.state,
                job=worker.job,
            )
            for worker in workers
        ],
        queue=services.jobs.queued(),
    )
