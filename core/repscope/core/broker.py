"""What the server and its workers agree on when Celery stands between them.

A message says that something is queued, never what: the job table alone knows that, so a message
that is lost or comes twice does no harm. Only live calls travel whole, and wait for their answer.
"""

from typing import Any

#: Names of the queues. A worker host serves one or more of those of jobs, or `live` alone. Those of
#: jobs carry wake-ups and are broadcast: every idle worker hears each, the table decides who works.
JOB_QUEUES = ("compute", "train")
LIVE_QUEUE = "live"

#: Names of the Celery tasks.
WAKE_TASK = "repscope.wake"
LIVE_TASK = "repscope.live"

#: Seconds that one live call may take, from the server and back.
LIVE_SECONDS = 20.0


def celery_settings(redis_url: str) -> dict[str, Any]:
    """Return the settings of both Celery apps, the server's and the workers'.

    Args:
        redis_url: Broker, and for the answers of live calls the result backend.
    """
    patience = {"socket_timeout": 5, "socket_connect_timeout": 2, "socket_keepalive": True}
    return {
        "broker_url": redis_url,
        "result_backend": redis_url,
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "task_acks_late": False,
        "task_ignore_result": True,
        "result_expires": 30,
        "worker_prefetch_multiplier": 1,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            **patience,
            "health_check_interval": 10,
            "visibility_timeout": 86400,
        },
        "redis_socket_timeout": patience["socket_timeout"],
        "redis_socket_connect_timeout": patience["socket_connect_timeout"],
        "redis_socket_keepalive": True,
        "redis_backend_health_check_interval": 10,
    }
