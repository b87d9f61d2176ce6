"""jupyter-scheduler runs versions: the pinned one, the newest, or the one of a name."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import urllib.error
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from notebooks import KERNEL, code, model, notebook, on_disk
from processes import WITHOUT_FRONT_ENDS, Server, eventually

from bookstore.notebook_jobs.occurrences import Occurrences, last_before

JOBS = "scheduler/jobs"
DEFINITIONS = "scheduler/job_definitions"
CLASSES = (
    "--SchedulerApp.scheduler_class=bookstore.notebook_jobs.BookstoreScheduler",
    "--SchedulerApp.environment_manager_class=bookstore.notebook_jobs.VersionChoices",
    "--SchedulerApp.job_files_manager_class=bookstore.notebook_jobs.ResultFiles",
    "--Occurrences.poll_interval=1",
)
ONCE_A_YEAR = "0 0 1 1 *"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose notebook jobs run versions."""
    arguments = (*WITHOUT_FRONT_ENDS, *CLASSES)
    with Server(home=tmp_path_factory.mktemp("jobs"), arguments=arguments) as server:
        yield server


def save(server: Server, path: str, source: str) -> None:
    server.request("PUT", f"api/contents/{path}", model(code(source), kernelspec=KERNEL))


def asked(path: str, environment: str = "newest version", **more: Any) -> dict[str, Any]:
    return {
        "input_uri": path,
        "name": path,
        "runtime_environment_name": environment,
        "runtime_environment_parameters": {},
        **more,
    }


def defined(server: Server, path: str, environment: str, **more: Any) -> str:
    body = asked(path, environment, schedule=ONCE_A_YEAR, timezone="UTC", **more)
    return str(server.request("POST", DEFINITIONS, body)["job_definition_id"])


def ended(server: Server, job_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        job: dict[str, Any] = server.request("GET", f"{JOBS}/{job_id}")
        return job if job["status"] not in ("IN_PROGRESS", "STOPPING") else None

    return eventually(look, f"the job {job_id} ends")


def printed(server: Server, job: dict[str, Any]) -> str:
    address = job["runtime_environment_parameters"]["result"]
    answer = server.request("GET", f"api/bookstore/resolve?content=1&address={address}")
    [output] = json.loads(answer["content"])["cells"][-1]["outputs"]
    return "".join(output["text"]).strip()


def test_what_a_job_runs_after_an_edit_is_what_was_chosen(server: Server) -> None:
    """And its result is a version: no file is made of it before somebody asks for one."""
    save(server, "daily.ipynb", "print('first on', day)")
    choices = ("version of now", "newest version", "version named production")
    server.wait_until_delivered()
    [first] = server.request("GET", "api/bookstore/versions/daily.ipynb")["versions"]
    named = {"version_id": first["version_id"], "label": "production"}
    server.request("PATCH", "api/bookstore/versions/daily.ipynb", named)
    definitions = {each: defined(server, "daily.ipynb", each) for each in choices}
    save(server, "daily.ipynb", "print('edited on', day)")
    jobs = {}
    for choice, definition in definitions.items():
        body = {"parameters": {"day": "Monday"}}
        job = server.request("POST", f"{DEFINITIONS}/{definition}/jobs", body)["job_id"]
        jobs[choice] = ended(server, job)
        assert jobs[choice]["status"] == "COMPLETED", jobs[choice]
    assert {choice: printed(server, job) for choice, job in jobs.items()} == {
        "version of now": "first on Monday",
        "newest version": "edited on Monday",
        "version named production": "first on Monday",
    }
    runs = server.request("GET", "api/bookstore/runs?of=daily.ipynb")["runs"]
    assert len(runs) == 3
    assert [path.name for path in server.root.iterdir()] == ["daily.ipynb"]

    job = jobs["version of now"]
    server.request("GET", f"{JOBS}/{job['job_id']}/download_files")
    downloaded = server.request("GET", f"{JOBS}/{job['job_id']}")
    assert downloaded["downloaded"]
    files = {
        file["file_format"]: server.root / file["file_path"] for file in downloaded["job_files"]
    }
    assert "first on Monday" in files["ipynb"].read_text()
    assert "print('first on', day)" in files["input"].read_text()


def test_a_job_that_cannot_run_says_why_and_one_that_fails_says_where(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        server.request("POST", JOBS, asked("none.ipynb"))
    assert "There is no version" in refused.value.read().decode()
    save(server, "fails.ipynb", "1 / 0")
    for label in ("", "no such label"):
        body = asked("fails.ipynb", runtime_environment_parameters={"label": label})
        if label:
            with pytest.raises(urllib.error.HTTPError):
                server.request("POST", JOBS, body)
        else:
            job = ended(server, server.request("POST", JOBS, body)["job_id"])
            assert job["status"] == "FAILED"
            assert job["status_message"] == "Cell 1: ZeroDivisionError: division by zero"


def test_a_job_is_stopped_and_deleted(server: Server) -> None:
    save(server, "long.ipynb", "import time\ntime.sleep(600)")
    job_id = server.request("POST", JOBS, asked("long.ipynb"))["job_id"]
    server.request("PATCH", f"{JOBS}/{job_id}", {"status": "STOPPED"})
    assert ended(server, job_id)["status"] == "STOPPED"
    server.request("DELETE", f"{JOBS}/{job_id}")
    [run] = server.request("GET", "api/bookstore/runs?of=long.ipynb")["runs"]
    assert run["status"] == "interrupted"


def test_a_download_stays_in_the_folder_of_its_job(server: Server) -> None:
    """Whatever a client calls the notebook."""
    save(server, "plain.ipynb", "print('ran')")
    outside = server.home / "outside.ipynb"
    outside.write_text("mine")
    for name in (str(outside), "../../outside.ipynb", "..\\..\\outside.ipynb", ".."):
        body = asked("plain.ipynb", input_filename=name)
        job = ended(server, server.request("POST", JOBS, body)["job_id"])
        server.request("GET", f"{JOBS}/{job['job_id']}/download_files?redownload=true")
        assert outside.read_text() == "mine"
        written = [file for file in server.home.rglob("*") if job["job_id"] in str(file.parent)]
        assert len(written) == 2, name
        assert all(file.is_relative_to(server.root / "jobs") for file in written), name


def test_a_definition_goes_with_its_jobs(server: Server) -> None:
    save(server, "gone.ipynb", "print('ran')")
    definition = defined(server, "gone.ipynb", "newest version")
    job = server.request("POST", f"{DEFINITIONS}/{definition}/jobs", {})["job_id"]
    ended(server, job)
    server.request("DELETE", f"{DEFINITIONS}/{definition}")
    assert jobs_of(server, definition) == []
    with pytest.raises(urllib.error.HTTPError):
        server.request("GET", f"{DEFINITIONS}/{definition}")


LOOKS = """
from jupyter_server.auth.authorizer import Authorizer

class Looks(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read"
"""


def test_who_may_only_look_runs_nothing(tmp_path: Path) -> None:
    """jupyter-scheduler's routes ask no authorizer; these classes do."""
    (tmp_path / "looks.py").write_text(LOOKS)
    arguments = (*WITHOUT_FRONT_ENDS, *CLASSES, "--ServerApp.authorizer_class=looks.Looks")
    with Server(
        home=tmp_path / "home", arguments=arguments, environment={"PYTHONPATH": str(tmp_path)}
    ) as server:
        (server.root / "a.ipynb").write_bytes(on_disk(notebook("print('ran')")))
        server.request("GET", "api/contents/a.ipynb")
        for route, body in (
            (JOBS, asked("a.ipynb")),
            (DEFINITIONS, asked("a.ipynb", schedule=ONCE_A_YEAR, timezone="UTC")),
        ):
            with pytest.raises(urllib.error.HTTPError) as refused:
                server.request("POST", route, body)
            assert "not authorized to write on resource: kernels" in refused.value.read().decode()
        assert server.request("GET", JOBS)["jobs"] == []


def test_after_an_outage_what_was_missed_runs_once_and_what_was_cut_off_says_so(
    server: Server,
) -> None:
    """The definition is put back by two years, in which it was due twice."""
    save(server, "often.ipynb", "print('ran')")
    save(server, "cut.ipynb", "import time\nopen('begun', 'w').close()\ntime.sleep(600)")
    definition = defined(server, "often.ipynb", "newest version")
    cut = server.request("POST", JOBS, asked("cut.ipynb"))["job_id"]
    eventually((server.root / "begun").exists, "the job is in its cell")
    server.kill()
    put_back(server, definition, years=2)
    with server:
        assert ended(server, cut)["status"] == "FAILED"
        [job] = eventually(lambda: jobs_of(server, definition), "what was missed runs")
        assert ended(server, job["job_id"])["status"] == "COMPLETED"
        year = datetime.now(timezone.utc).year
        assert job["idempotency_token"] == f"{definition}@{year}-01-01T00:00Z"
        assert len(jobs_of(server, definition)) == 1


def jobs_of(server: Server, definition: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.request("GET", JOBS)["jobs"]
    return [job for job in found if job.get("job_definition_id") == definition]


def put_back(server: Server, definition: str, *, years: int) -> None:
    by = years * 366 * 86_400_000
    with sqlite3.connect(server.home / "data" / "scheduler.sqlite") as database:
        database.execute(
            "UPDATE job_definitions SET create_time = create_time - ?,"
            " update_time = update_time - ? WHERE job_definition_id = ?",
            (by, by, definition),
        )


class OneThatGoesOn:
    """A scheduler whose one definition has a job that goes on."""

    def __init__(self, overlap: str) -> None:
        self.overlap = overlap
        self.db_session = None
        self.begun: list[str] = []

    def get_job_definition(self, job_definition_id: str) -> Any:
        return SimpleNamespace(active=True, name="daily")

    def goes_on(self, job_definition_id: str) -> bool:
        return True

    async def run_definition(self, definition: Any, *, token: str) -> None:
        self.begun.append(token)


@pytest.mark.parametrize(("overlap", "begun"), [("skip", []), ("allow", ["d@2026-11-28T10:00Z"])])
def test_a_job_that_is_due_while_the_one_before_goes_on(overlap: str, begun: list[str]) -> None:
    """It is skipped, or not, as the setting says."""
    scheduler = OneThatGoesOn(overlap)
    due = datetime(2026, 11, 28, 10, 0, 30, tzinfo=timezone.utc)
    asyncio.run(Occurrences(scheduler).run("d", due))
    assert scheduler.begun == begun


@pytest.mark.parametrize(
    ("zone", "expected"), [("UTC", "2026-11-28T09:30"), ("Europe/Berlin", "2026-11-28T08:30")]
)
def test_what_was_due_last_is_told_in_the_zone_of_the_schedule(zone: str, expected: str) -> None:
    now = datetime(2026, 11, 28, 10, 0, tzinfo=timezone.utc)
    due = last_before(now, "30 9 * * *", zone).astimezone(timezone.utc)
    assert due.isoformat(timespec="minutes").startswith(expected)
