"""Fixtures of users at browsers: JupyterLab and Notebook 7 in Chromium, on real servers.

Whoever imports them has them: the tests here, and those beside other extensions.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser_user import (
    LAB,
    NOTEBOOK,
    BrowserUser,
    FrontEnd,
    NewServer,
    NewUser,
    browser_user,
)
from chromium import running_chromium
from evidence import folder_name, keep_evidence
from processes import Server
from s3_server import running_s3_server

__all__ = [
    "browser",
    "front_end",
    "jp_asyncio_loop",
    "jp_server_cleanup",
    "new_server",
    "new_user",
    "pytest_runtest_makereport",
    "s3_url",
    "server",
    "user",
    "users",
]

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NO_NEWS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep evidence of a failure before its windows close, and say where it is."""
    report: Any = yield
    users = getattr(item, "funcargs", {}).get("users")
    if report.failed and users and report.when != "teardown":
        root = Path(os.environ.get("BROWSER_EVIDENCE", item.config.rootpath / "build" / "browser"))
        told = keep_evidence(root / folder_name(item.name), users)
        report.sections.append(("evidence", told))
    return report


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Nothing: playwright runs a loop of its own, beside which pytest-jupyter's cannot be made."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Nothing: no Jupyter server runs in this process."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium.  It ends with the module: playwright leaves no loop running for other tests."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=[LAB, NOTEBOOK], ids=lambda front_end: front_end.name)
def front_end(request: pytest.FixtureRequest) -> FrontEnd:
    """JupyterLab, then Notebook 7."""
    chosen: FrontEnd = request.param
    return chosen


@pytest.fixture(scope="module")
def new_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewServer]:
    """Starts servers, each of a user of its own; they end with the module."""
    with ExitStack() as running:

        def start(
            front_end: FrontEnd, user: str = "ada", configuration: str = "", **options: Any
        ) -> Server:
            home = tmp_path_factory.mktemp(f"{user}-{front_end.name}-")
            labconfig = home / "config" / "labconfig"
            labconfig.mkdir(parents=True)
            (labconfig / "page_config.json").write_text(json.dumps(_NO_NEWS))
            (labconfig.parent / "jupyter_server_config.py").write_text(configuration)
            return running.enter_context(
                Server(home=home, command=front_end.command, token=f"{user}-only", **options)
            )

        yield start


@pytest.fixture(scope="module")
def server(new_server: NewServer, front_end: FrontEnd) -> Server:
    """A server with the embedded store, shared by the tests of a module: use names of your own."""
    return new_server(front_end)


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    """The URL of an S3 server."""
    with running_s3_server() as url:
        yield url


@pytest.fixture
def users() -> Iterator[list[BrowserUser]]:
    """Everybody at a browser in this test; none of them saw an error of ours."""
    present: list[BrowserUser] = []
    yield present
    for user in present:
        user.context.close()
    assert [error for user in present for error in user.own_errors] == []


@pytest.fixture
def new_user(browser: Browser, users: list[BrowserUser]) -> NewUser:
    """Seats somebody at a browser window."""

    def sit_down(server: Server, front_end: FrontEnd, **options: Any) -> BrowserUser:
        users.append(browser_user(browser, server, front_end, **options))
        return users[-1]

    return sit_down


@pytest.fixture
def user(new_user: NewUser, server: Server, front_end: FrontEnd) -> BrowserUser:
    """A user of the server."""
    return new_user(server, front_end)
