"""The scheduler: a job is a run of a version, which the server starts.

Nothing is copied when a job is defined: what it keeps is an address.  So it is decided by the
address what later edits mean for it.

Knows: jupyter-scheduler's jobs, runs.  Must not know: when jobs are due.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_scheduler.exceptions import IdempotencyTokenError, SchedulerError
from jupyter_scheduler.executors import ExecutionManager
from jupyter_scheduler.models import (
    CreateJob,
    CreateJobDefinition,
    CreateJobFromDefinition,
    DescribeJobDefinition,
    JobFeature,
    Status,
    UpdateJobDefinition,
)
from jupyter_scheduler.orm import Job, JobDefinition
from jupyter_scheduler.scheduler import Scheduler
from jupyter_scheduler.utils import get_utc_timestamp
from jupyter_server.serverapp import ServerApp
from traitlets import Enum, Type

from ..actions import resolving
from ..actions.addresses import Address
from ..actions.places import address_of
from ..actions.runs import find
from ..actions.starting import RunRequest, StartedRuns
from ..archive.identity import current_author
from ..concurrency.background import start_in_background
from ..errors import BookstoreError
from ..http.base import WIRING
from ..http.runs import STARTED_RUNS
from ..wiring import Bookstore
from .asking import RUNNING, STOPPING, check
from .choices import is_pinned, wanted

ADDRESS, RUN_ID, EXECUTED, RESULT, AUTHOR = "address", "run_id", "executed", "result", "author"
"""What is kept of a definition and a job, in ``runtime_environment_parameters``."""
_STATUSES = {"succeeded": Status.COMPLETED, "prepared": Status.COMPLETED}


class Execution(ExecutionManager):
    """Says what jobs can do; they are executed as runs, so this executes none."""

    def execute(self) -> None:
        """Refuse: jobs are runs."""
        raise NotImplementedError("jobs are executed as runs, by BookstoreScheduler")

    def supported_features(cls) -> dict[JobFeature, bool]:  # noqa: N805 - it is called so
        """Return what the form may ask for."""
        has = {
            JobFeature.job_name,
            JobFeature.parameters,
            JobFeature.job_definition,
            JobFeature.idempotency_token,
            JobFeature.stop_job,
            JobFeature.delete_job,
        }
        return {feature: feature in has for feature in JobFeature}


class BookstoreScheduler(Scheduler):
    """jupyter-scheduler's scheduler, whose jobs run versions."""

    execution_manager_class = Type(
        klass="jupyter_scheduler.executors.ExecutionManager",
        default_value="bookstore.notebook_jobs.Execution",
        help="What says which features jobs have.",
    ).tag(config=True)
    task_runner_class = Type(
        allow_none=True,
        klass="jupyter_scheduler.task_runner.BaseTaskRunner",
        default_value="bookstore.notebook_jobs.Occurrences",
        help="What starts the jobs of definitions when they are due.",
    ).tag(config=True)
    overlap = Enum(
        ["skip", "allow"],
        "skip",
        help="What to do when a job is due and the one before of that definition goes on.",
    ).tag(config=True)

    @property
    def bookstore(self) -> Bookstore:
        """What the server's contents manager and handlers share."""
        bookstore: Bookstore = ServerApp.instance().web_app.settings[WIRING]
        return bookstore

    @property
    def started(self) -> StartedRuns:
        """The runs that the server started."""
        started: StartedRuns = ServerApp.instance().web_app.settings[STARTED_RUNS]
        return started

    # -- jobs ------------------------------------------------------------------------------------

    async def create_job(self, model: CreateJob) -> str:
        """Start a run of what *model* asks for, and return the job's ID."""
        await check(RUNNING)
        parameters = model.runtime_environment_parameters
        with _in_its_words():
            address = wanted(model.input_uri, model.runtime_environment_name, parameters)
        return await self._start(model, address, current_author())

    async def create_job_from_definition(
        self, job_definition_id: str, model: CreateJobFromDefinition
    ) -> str:
        """Start a run by a definition, with other parameters where *model* has some."""
        await check(RUNNING)
        definition = self.get_job_definition(job_definition_id)
        return await self.run_definition(definition, parameters=model.parameters)

    async def run_definition(
        self,
        definition: DescribeJobDefinition,
        *,
        parameters: Mapping[str, str] | None = None,
        token: str = "",
    ) -> str:
        """Start a run by a definition; *token* names the occurrence, of which there is one job."""
        kept = definition.runtime_environment_parameters or {}
        if ADDRESS not in kept:
            raise SchedulerError("It was defined before versions were run: define it again.")
        values = definition.dict(exclude={"schedule", "timezone"}, exclude_none=True)
        values |= {"parameters": parameters} if parameters else {}
        values |= {"idempotency_token": token} if token else {}
        job = CreateJob(**values, input_uri=definition.input_filename)
        return await self._start(job, Address.parse(str(kept[ADDRESS])), str(kept[AUTHOR]))

    def goes_on(self, job_definition_id: str) -> bool:
        """Does a job of this definition go on?"""
        with self.db_session() as session:
            jobs = session.query(Job).filter(Job.job_definition_id == job_definition_id)
            return bool(jobs.filter(Job.status == Status.IN_PROGRESS).count())

    async def stop_job(self, job_id: str) -> None:
        """Tell its run to stop; its status follows."""
        await check(STOPPING)
        told = self.get_job(job_id, False).runtime_environment_parameters or {}
        with _in_its_words():
            self.started.cancel(str(told.get(RUN_ID, "")), by=current_author())

    async def delete_job(self, job_id: str) -> None:
        """Forget the job, and stop its run; what came of it stays in the history."""
        await check(STOPPING)
        if Status(self.get_job(job_id, False).status) == Status.IN_PROGRESS:
            await self.stop_job(job_id)
        with self.db_session() as session:
            session.query(Job).filter(Job.job_id == job_id).delete()
            session.commit()

    async def follow_runs(self) -> None:
        """Tell of jobs, that went on when the server was ended, what became of their runs."""
        with self.db_session() as session:
            jobs = session.query(Job).filter(Job.status == Status.IN_PROGRESS).all()
        for job in jobs:
            told = job.runtime_environment_parameters or {}
            await self._follow(job.job_id, str(told.get(RUN_ID, "")), str(told.get(RESULT, "")))

    async def _start(self, model: CreateJob, address: Address, author: str) -> str:
        self._check_token(model.idempotency_token or "")
        specs: Any = ServerApp.instance().kernel_spec_manager
        kernels = await ensure_async(specs.find_kernel_specs())
        body = {"parameters": model.parameters, "address": str(address)}
        with _in_its_words():
            try:
                asked = RunRequest.from_json(body)
                run = await self.started.start(asked, author=author, kernels=kernels)
            except BookstoreError as error:
                self._record(model, Status.FAILED, {}, error.message)  # among the jobs it is seen
                raise
        told = {RUN_ID: run["run_id"], EXECUTED: run["executed"], RESULT: run["result"]}
        job_id = self._record(model, Status.IN_PROGRESS, told)
        start_in_background(self._follow(job_id, run["run_id"], run["result"]))
        return job_id

    def _check_token(self, token: str) -> None:
        with self.db_session() as session:
            is_there = token and session.query(Job).filter(Job.idempotency_token == token).count()
        if is_there:
            raise IdempotencyTokenError(token)

    def _record(
        self, model: CreateJob, status: Status, told: Mapping[str, str], message: str = ""
    ) -> str:
        values = model.dict(exclude_none=True, exclude={"input_uri"})
        values |= {"runtime_environment_parameters": dict(told), "output_formats": ["ipynb"]}
        with self.db_session() as session:
            job = Job(
                **values, status=status, status_message=message, start_time=get_utc_timestamp()
            )
            session.add(job)
            session.commit()
            return str(job.job_id)

    async def _follow(self, job_id: str, run_id: str, place: str) -> None:
        """Wait for the end of a run, and tell it of its job."""
        await self.started.ended(run_id)
        try:
            run = await find(self.bookstore, run_id, place=place)
        except BookstoreError as error:
            run = {"status": "died", "error": error.message}
        status = _STATUSES.get(run["status"], Status.FAILED)
        if run["error"].startswith("Cancelled by "):
            status = Status.STOPPED
        changes: dict[Any, Any] = {
            Job.status: status,
            Job.status_message: run["error"] or None,
            Job.end_time: get_utc_timestamp(),
        }
        if version := run.get("version"):
            kept = self.get_job(job_id, False).runtime_environment_parameters or {}
            changes[Job.runtime_environment_parameters] = {**kept, RESULT: version["address"]}
        with self.db_session() as session:
            session.query(Job).filter(Job.job_id == job_id).update(changes)
            session.commit()

    # -- definitions -----------------------------------------------------------------------------

    async def create_job_definition(self, model: CreateJobDefinition) -> str:
        """Keep what is to run, by its address, and when."""
        await check(RUNNING)
        address = await self._address(model)
        values = model.dict(exclude_none=True, exclude={"input_uri"})
        kept = {ADDRESS: address, AUTHOR: current_author()}
        values |= {"runtime_environment_parameters": kept, "output_formats": ["ipynb"]}
        with self.db_session() as session:
            definition = JobDefinition(**values)
            session.add(definition)
            session.commit()
            definition_id, schedule = str(definition.job_definition_id), definition.schedule
        if self.task_runner and schedule:
            self.task_runner.add_job_definition(definition_id)
        return definition_id

    async def update_job_definition(
        self, job_definition_id: str, model: UpdateJobDefinition
    ) -> None:
        """Change when it is due, or what it runs: another notebook or version."""
        await check(RUNNING)
        if model.input_uri or model.runtime_environment_name:
            before = self.get_job_definition(job_definition_id)
            kept = before.runtime_environment_parameters or {}
            model.runtime_environment_name = (
                model.runtime_environment_name or before.runtime_environment_name
            )
            model.input_uri = model.input_uri or Address.parse(str(kept[ADDRESS])).place
            kept = {**kept, ADDRESS: await self._address(model)}
            changes = {
                JobDefinition.runtime_environment_parameters: kept,
                JobDefinition.runtime_environment_name: model.runtime_environment_name,
                JobDefinition.input_filename: model.input_uri.rpartition("/")[2],
            }
            with self.db_session() as session:
                found = session.query(JobDefinition)
                found.filter(JobDefinition.job_definition_id == job_definition_id).update(changes)
                session.commit()
        rest = model.copy(update={"input_uri": None, "runtime_environment_parameters": None})
        super().update_job_definition(job_definition_id, rest)

    async def delete_job_definition(self, job_definition_id: str) -> None:
        """Forget a definition and its jobs; what came of them stays in the history."""
        await check(STOPPING)
        with self.db_session() as session:
            jobs = session.query(Job).filter(Job.job_definition_id == job_definition_id)
            job_ids = [str(job.job_id) for job in jobs]
        for job_id in job_ids:
            await self.delete_job(job_id)
        super().delete_job_definition(job_definition_id)

    async def _address(self, model: CreateJobDefinition | UpdateJobDefinition) -> str:
        """Return the address of what a definition runs, which must be there now."""
        parameters = model.runtime_environment_parameters
        with _in_its_words():
            address = wanted(model.input_uri, model.runtime_environment_name, parameters)
            entry = await resolving.resolve(self.bookstore, address)
        if is_pinned(model.runtime_environment_name, parameters):
            return str(address_of(self.bookstore, entry))
        return str(address)


@contextmanager
def _in_its_words() -> Iterator[None]:
    """Let jupyter-scheduler's handlers answer with our errors' words."""
    try:
        yield
    except BookstoreError as error:
        raise SchedulerError(f"{error.message} {error.hint}".strip()) from error
