"""When the jobs of definitions are due: upstream's queue, whose jobs are awaited.

An occurrence is known by the definition and its minute in UTC, so it has one job, whoever asks
how often.  After an outage the latest that was missed has its job, and no other.

Knows: jupyter-scheduler's queue, schedules.  Must not know: how jobs run.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import pytz
from croniter import croniter
from jupyter_scheduler.exceptions import IdempotencyTokenError
from jupyter_scheduler.models import DescribeJobDefinition
from jupyter_scheduler.orm import Job, JobDefinition
from jupyter_scheduler.task_runner import (
    JobDefinitionTask,
    TaskRunner,
    UpdateJobDefinitionCache,
)

from ..concurrency.background import guarded


class Occurrences(TaskRunner):
    """Starts jobs when they are due."""

    async def start(self) -> None:
        """Do what was missed, then what is due, until the server stops."""
        with guarded("Telling what became of notebook jobs", self.log):
            await self.scheduler.follow_runs()
        self.populate_cache()
        await self.catch_up()
        while True:
            await self.process_due()
            await asyncio.sleep(self.poll_interval)

    async def catch_up(self, now: datetime | None = None) -> None:
        """Run each definition once whose last occurrence before *now* has no job."""
        now = now or datetime.now(timezone.utc)
        with self.db_session() as session:
            scheduled = session.query(JobDefinition).filter(JobDefinition.schedule.is_not(None))
            definitions = [each for each in scheduled.all() if each.active]
            known = {
                each.job_definition_id: self._last_known(session, each) for each in definitions
            }
        for definition in definitions:
            missed = last_before(now, definition.schedule, definition.timezone)
            if missed.timestamp() * 1000 > known[definition.job_definition_id]:
                await self.run(definition.job_definition_id, missed)

    async def process_due(self) -> None:
        """Start what is due, and note when it is due next."""
        while not self.queue.isempty():
            task = self.queue.peek()
            cache = self.cache.get(task.job_definition_id)
            if not cache or not cache.active or task.next_run_time != cache.next_run_time:
                self.queue.pop()
                continue
            if self.compute_time_diff(task.next_run_time, cache.timezone) < 0:
                break
            self.queue.pop()
            following = self.compute_next_run_time(cache.schedule, cache.timezone)
            changed = UpdateJobDefinitionCache(next_run_time=following)
            self.cache.update(task.job_definition_id, changed)
            self.queue.push(
                JobDefinitionTask(job_definition_id=task.job_definition_id, next_run_time=following)
            )
            due = datetime.fromtimestamp(task.next_run_time / 1000, timezone.utc)
            await self.run(task.job_definition_id, due)

    async def run(self, job_definition_id: str, due: datetime) -> None:
        """Start the job of one occurrence, unless there is one, or the one before goes on."""
        definition: DescribeJobDefinition = self.scheduler.get_job_definition(job_definition_id)
        if not definition.active:
            return
        if self.scheduler.overlap == "skip" and self.scheduler.goes_on(job_definition_id):
            self.log.warning("The notebook job %s is skipped: it goes on", definition.name)
            return
        token = f"{job_definition_id}@{due.astimezone(timezone.utc):%Y-%m-%dT%H:%MZ}"
        with guarded(f"The notebook job {definition.name}", self.log, level=30):
            try:
                await self.scheduler.run_definition(definition, token=token)
            except IdempotencyTokenError:
                self.log.info("The notebook job %s has been started for %s", definition.name, due)

    def _last_known(self, session: Any, definition: JobDefinition) -> int:
        """Return when the definition, or its newest job, was made or changed, in milliseconds."""
        jobs = session.query(Job).filter(Job.job_definition_id == definition.job_definition_id)
        newest = jobs.order_by(Job.create_time.desc()).first()
        made = newest.create_time if newest else 0
        return max(made, definition.create_time or 0, definition.update_time or 0)


def last_before(now: datetime, schedule: str, zone: str | None) -> datetime:
    """Return when *schedule* was due last."""
    there = now.astimezone(pytz.timezone(zone) if zone else timezone.utc)
    found: datetime = croniter(schedule, there).get_prev(datetime)
    return found
