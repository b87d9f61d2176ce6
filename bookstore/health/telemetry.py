"""Tell the world what happens to saves: Jupyter events and Prometheus metrics.

Knows: jupyter_events, prometheus_client, the archive's events.  Must not know: HTTP.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

from jupyter_events.logger import EventLogger
from prometheus_client import Counter, Gauge, Histogram

from ..concurrency.background import start_in_background
from ..errors import OutboxError
from ..outbox import Outbox
from ..records import ArchiveEvent

EVENT_SCHEMA_ID = "https://events.jupyter.org/bookstore/archive/v1"
_SCHEMA_FILE = Path(__file__).parent / "event_schemas" / "archive.yaml"
_REFRESH_S = 1.0

SAVES = Counter(
    "bookstore_saves",
    "Saves by what happened to them: queued in the outbox or archived.",
    ["action"],
)
FAILED_ATTEMPTS = Counter(
    "bookstore_failed_attempts", "Deliveries that failed: postponed or refused.", ["action"]
)
OUTBOX_DEPTH = Gauge("bookstore_outbox_depth", "Saves that wait in the outbox.")
OUTBOX_OLDEST = Gauge(
    "bookstore_outbox_oldest_seconds", "Age of the oldest save that waits in the outbox."
)
STORE_SECONDS = Histogram(
    "bookstore_store_seconds",
    "Time the store took for one delivery.",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
)


class Telemetry:
    """Listens to archive events; reports each as a Jupyter event and in the metrics."""

    def __init__(self, event_logger: EventLogger, outbox: Outbox, log: logging.Logger) -> None:
        self._event_logger = event_logger
        self._outbox = outbox
        self._log = log
        self._oldest_queued_at: float | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._is_stopped = False
        if EVENT_SCHEMA_ID not in event_logger.schemas:
            event_logger.register_event_schema(_SCHEMA_FILE)
        OUTBOX_OLDEST.set_function(self._oldest_age_s)

    def __call__(self, event: ArchiveEvent) -> None:
        """Report *event*."""
        self._event_logger.emit(schema_id=EVENT_SCHEMA_ID, data=event.to_json())
        if event.action in ("queued", "archived"):
            SAVES.labels(event.action).inc()
        else:
            FAILED_ATTEMPTS.labels(event.action).inc()
        if event.took_s is not None:
            STORE_SECONDS.observe(event.took_s)
        OUTBOX_DEPTH.set(event.depth)
        self.follow_outbox()

    def follow_outbox(self) -> None:
        """Keep the outbox's figures right until it is empty: another server may deliver."""
        if not self._is_stopped and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = start_in_background(self._refresh())

    async def stop(self) -> None:
        """Stop following the outbox."""
        self._is_stopped = True
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    def _oldest_age_s(self) -> float:
        return 0.0 if self._oldest_queued_at is None else time.time() - self._oldest_queued_at

    async def _refresh(self) -> None:
        depth = 1
        while depth:
            await asyncio.sleep(_REFRESH_S)  # one look covers all events of a second
            try:
                totals = await self._outbox.totals()
            except OutboxError as error:
                self._log.debug("The outbox's age is not known: %s", error.message)
                continue
            depth, oldest = totals.depth, totals.oldest_queued_at
            OUTBOX_DEPTH.set(depth)
            self._oldest_queued_at = None if oldest is None else oldest.timestamp()
