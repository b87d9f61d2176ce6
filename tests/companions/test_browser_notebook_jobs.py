"""jupyter-scheduler's own pages: a job that is pinned runs the old version, another the new one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from browser_fixtures import *  # noqa: F403
from browser_user import LAB, BrowserUser, NewServer, NewUser, expect
from processes import eventually
from test_notebook_jobs import CLASSES


@pytest.fixture
def user(new_server: NewServer, new_user: NewUser) -> BrowserUser:
    """Somebody at JupyterLab whose notebook jobs run versions."""
    return new_user(new_server(LAB, arguments=CLASSES), LAB)


def define(user: BrowserUser, name: str, choice: str) -> None:
    """Create a job on a schedule from the file browser, in jupyter-scheduler's form."""
    page = user.page
    page.locator(".jp-DirListing-item", has_text="daily.ipynb").click(button="right")
    page.locator(".lm-Menu-item", has_text="Create Job").click()
    page.locator("input[name=jobName]").fill(name)
    page.locator("[aria-haspopup=listbox][aria-labelledby*=environment]").click()
    page.get_by_role("option", name=choice).click()
    page.get_by_label("Run on a schedule").check()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text(name, exact=True)).to_be_visible()


def run(user: BrowserUser, name: str) -> None:
    """Run a definition now, from its page."""
    page = user.page
    page.get_by_role("tab", name="Job Definitions").click()
    page.get_by_text(name, exact=True).click()
    page.get_by_role("button", name="Run Job").click()
    page.get_by_role("button", name="Create", exact=True).click()


def printed(user: BrowserUser) -> dict[str, str]:
    """What each job that has ended printed."""
    found = {}
    for job in user.server.request("GET", "scheduler/jobs")["jobs"]:
        if job["status"] == "COMPLETED":
            address = job["runtime_environment_parameters"]["result"]
            route = f"api/bookstore/resolve?content=1&address={address}"
            content: Any = json.loads(user.server.request("GET", route)["content"])
            found[job["name"]] = content["cells"][-1]["outputs"][0]["text"][0].strip()
    return found


def test_a_pinned_job_runs_the_old_version_and_another_the_new_one(user: BrowserUser) -> None:
    user.write_notebook("daily.ipynb", "print('first')")
    user.server.request("GET", "api/bookstore/versions/daily.ipynb")
    user.open_files()
    define(user, "pinned job", "version of now")
    define(user, "following job", "newest version")
    user.write_notebook("daily.ipynb", "print('edited')")
    user.server.request("GET", "api/bookstore/versions/daily.ipynb")
    for name in ("pinned job", "following job"):
        run(user, name)
    done = eventually(lambda: len(found := printed(user)) == 2 and found, "both jobs end")
    assert done == {"pinned job": "first", "following job": "edited"}
