"""Whether the server can serve, and who works for it."""

from fastapi import APIRouter

from repscope.backend.dependencies import ServicesOf
from repscope.backend.models import Health, Liveness, Readiness, WorkerStatus
from repscope.backend.readiness import broker_state, require_readiness
from repscope.backend.services import VERSION

router = APIRouter(tags=["server"])


@router.get("/health/live")
async def get_liveness() -> Liveness:
    """Tell that the process answers; open to everyone."""
    return Liveness(status="alive")


@router.get("/health/ready")
def get_readiness(services: ServicesOf) -> Readiness:
    """Tell that the server can serve and take work; 503 says in one sentence why not."""
    require_readiness(services)
    return Readiness(status="ready", broker=broker_state(services))


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
