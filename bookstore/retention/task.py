"""Apply the retention policy again and again while the server runs.

Knows: retainers.  Must not know: HTTP, Jupyter.
"""

from __future__ import annotations

import asyncio
import logging

from ..concurrency.background import BackgroundTask, guarded
from ..errors import BookstoreError
from .retainer import Retainer

FIRST_AFTER_S = 300.0
"""A server that starts has better things to do."""


class RetentionTask(BackgroundTask):
    """Runs a retainer once an interval.

    Stopped in the midst of a run, what is not removed yet stays.
    """

    def __init__(self, retainer: Retainer, *, interval_s: float, log: logging.Logger) -> None:
        self._retainer = retainer
        self._interval_s = interval_s
        self._log = log

    async def _run(self) -> None:
        pause_s = min(FIRST_AFTER_S, self._interval_s)
        while True:
            await asyncio.sleep(pause_s)
            pause_s = self._interval_s
            with guarded("Retention", self._log):
                try:
                    await self.run_once()
                except BookstoreError as error:
                    self._log.warning("Retention did not finish: %s %s", error.message, error.hint)

    async def run_once(self) -> None:
        """Remove what the policy lets go, and say in the log what that was."""
        plan = await self._retainer.plan()
        for problem in plan.problems:
            self._log.warning("Retention: %s", problem)
        versions = size_bytes = 0
        async for removed in self._retainer.apply(plan):
            versions += removed.versions
            size_bytes += removed.size_bytes
            if removed.versions:
                self._log.info("Retention: %s: %d versions", removed.path, removed.versions)
        if plan.over_bytes:
            self._log.warning(
                "Retention: what is protected is %d bytes larger than "
                "BookstoreSettings.retention_max_bytes",
                plan.over_bytes,
            )
        self._log.info(
            "Retention removed %d versions with %d bytes; %d versions with %d bytes stay",
            versions,
            size_bytes,
            plan.stay_versions + plan.versions - versions,
            plan.stay_bytes + plan.size_bytes - size_bytes,
        )
