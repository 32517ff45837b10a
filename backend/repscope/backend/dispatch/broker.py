"""Servers: wake-ups and live calls travel through Celery on Redis."""

import asyncio
import base64
import logging
import threading
from typing import Any

from celery import Celery
from kombu.entity import Exchange
from kombu.exceptions import OperationalError
from kombu.utils.uuid import uuid
from redis.exceptions import RedisError

from repscope.core import broker
from repscope.core.errors import Unavailable

log = logging.getLogger(__name__)

#: Seconds between two looks for the answer of a live call: at first, and at most.
_FIRST_LOOK, _LONGEST_LOOK = 0.003, 0.03

_AWAY = "The broker (Redis) does not answer right now; maps and jobs go on, try again in a moment."


class CeleryDispatcher:
    """The way to workers on any machine."""

    def __init__(self, redis_url: str) -> None:
        """Use the broker at `redis_url`; that it is away is no error before a live call."""
        self._app = Celery("repscope", set_as_current=False)
        self._app.conf.update(broker.celery_settings(redis_url))
        self._rung = threading.Event()
        self._closing = False
        self._herald = threading.Thread(target=self._announce, name="wake-ups", daemon=True)
        self._herald.start()

    def wake(self) -> None:
        """Tell idle workers that something is queued.

        Many wishes in a moment are one message, and no request waits for the broker.
        """
        self._rung.set()

    def close(self) -> None:
        """Hang up."""
        self._closing = True
        self._rung.set()
        self._herald.join(timeout=5)
        self._app.close()

    async def exchange(self, request: dict[str, Any]) -> bytes:
        """Carry one live call to a worker and its answer back.

        Raises:
            Unavailable: The broker is away, or no worker answers in time.
        """
        try:
            async with asyncio.timeout(broker.LIVE_SECONDS):
                task = await asyncio.to_thread(self._send, request)
                return await self._answer_of(task)
        except TimeoutError:
            raise Unavailable(
                f"No live worker answered within {broker.LIVE_SECONDS:.0f} seconds; "
                "see that one runs (queue `live`), then try again."
            ) from None
        except (OperationalError, RedisError, OSError):
            raise Unavailable(_AWAY) from None

    def _send(self, request: dict[str, Any]) -> str:
        """Post a live call; returns the id of its task."""
        # `send_task` would also subscribe to the answer, and for that wait for a broker that is
        # away as long as it takes.
        task = uuid()
        amqp = self._app.amqp
        message = amqp.create_task_message(
            task, broker.LIVE_TASK, args=[request], expires=broker.LIVE_SECONDS
        )
        with self._app.producer_or_acquire() as producer:
            amqp.send_task_message(
                producer, broker.LIVE_TASK, message, queue=broker.LIVE_QUEUE, retry=False
            )
        return str(task)

    async def _answer_of(self, task: str) -> bytes:
        # Celery's own waiting shares one subscription between threads, which it is not made for.
        pause = _FIRST_LOOK
        while True:
            await asyncio.sleep(pause)
            pause = min(1.3 * pause, _LONGEST_LOOK)
            meta = await asyncio.to_thread(self._app.backend.get_task_meta, task, cache=False)
            if meta["status"] == "SUCCESS":
                await asyncio.to_thread(self._app.backend.forget, task)
                return base64.b64decode(meta["result"])
            if meta["status"] in ("FAILURE", "REVOKED"):
                raise Unavailable("The live worker could not take this call; its log says why.")

    def _announce(self) -> None:
        heard = True
        while True:
            self._rung.wait()
            self._rung.clear()
            if self._closing:
                return
            try:
                self._broadcast()
                heard = True
            except (OperationalError, RedisError, OSError) as error:
                # Workers look into the table once a second all the same.
                if heard:
                    log.warning("the broker does not answer: %s", error)
                heard = False

    def _broadcast(self) -> None:
        for name in broker.JOB_QUEUES:
            exchange = Exchange(name, type="fanout", auto_delete=True)
            self._app.send_task(
                broker.WAKE_TASK,
                exchange=exchange,
                declare=[exchange],
                retry=False,
                expires=60,
                # Or Celery would wait for an answer to each, and give up when the broker is away.
                ignore_result=True,
            )
