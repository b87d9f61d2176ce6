"""A user without permission: what the authorizer refuses, no route of bookstore does instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from embedded import versions_in
from hostile_kit import BUCKET, ONLY_BOOKSTORE, Reply, Victim, as_bytes
from notebooks import notebook
from pretend_gallery import pretend_gallery
from processes import eventually

from bookstore.handlers import ROUTES
from bookstore.store.local.store import DATABASE

GALLERY: list[str] = []
"""Where a gallery is that notebooks may be opened from."""
SECRET = "only for those who may read files"
POLICY = '''
from jupyter_server.auth.authorizer import Authorizer


class AsTold(Authorizer):
    """Allows what the request says, so that one server is enough for every policy."""

    async def is_authorized(self, handler, user, action, resource):
        allowed = handler.request.headers.get("X-Allowed", "").split()
        guarded = ("bookstore", "contents", "kernels")
        return resource not in guarded or f"{resource}:{action}" in allowed


c.ServerApp.authorizer_class = AsTold
'''
READ, WRITE = "bookstore:read", "bookstore:write"
READ_FILES, WRITE_FILES = "contents:read", "contents:write"
KERNELS = "kernels:write kernels:execute"
EVERYTHING = f"{READ} {WRITE} {READ_FILES} {WRITE_FILES} {KERNELS}"
RUN: list[str] = []
"""The run that the server has had."""


class Guarded(Victim):
    """A server that is asked with certain permissions."""

    def ask(self, allowed: str, method: str, target: str, body: Any = None) -> Reply:
        """Send a request of somebody who is allowed just that; *body* is a form if it is bytes."""
        headers = {"X-Allowed": allowed}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.send(method, target, body, headers=headers)

    def request(self, method: str, path: str, body: Any = None, *, timeout_s: float = 60) -> Any:
        """Ask as somebody who may do everything."""
        return self.ask(EVERYTHING, method, f"/{path}", body).json

    def files(self) -> dict[str, bytes]:
        """Every file of the user."""
        return {
            str(file.relative_to(self.root)): file.read_bytes()
            for file in self.root.rglob("*")
            if file.is_file()
        }

    def versions(self) -> list[tuple[str, str, str]]:
        """Every version there is."""
        return versions_in(self.home / "data" / "bookstore" / "store" / BUCKET / DATABASE)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A server with an authorizer of its own."""
    home = tmp_path_factory.mktemp("guarded")
    for name in ("config", "shared"):
        (home / name).mkdir()
    (home / "config" / "jupyter_server_config.py").write_text(POLICY)
    (home / "shared" / "a.ipynb").write_bytes(as_bytes(notebook("shared")))
    arguments = (
        ONLY_BOOKSTORE,
        f"--BookstoreSettings.local_bucket={BUCKET}",
        f"--BookstoreSettings.fs_cloning_basedir={home / 'shared'}",
        "--BookstoreSettings.drain_deadline_s=0",
    )
    with pretend_gallery() as gallery:
        GALLERY.append(gallery.url)
        listed = f"--BookstoreSettings.galleries={gallery.url}"
        with Guarded(home=home, arguments=(*arguments, listed)) as server:
            yield server
            server.check_log()


@pytest.fixture(scope="module")
def version(guarded: Guarded) -> str:
    """The one version of ``a.ipynb``, delivered; ``a.ipynb`` is published, too."""
    guarded.write("a.ipynb", as_bytes(notebook(SECRET)))
    guarded.request("GET", "api/bookstore/versions/a.ipynb")  # and so it becomes a version
    guarded.request("PUT", "api/bookstore/published/a.ipynb", {"type": "notebook"})
    guarded.wait_until_delivered()
    asked = {"address": "a.ipynb", "kernel": "python3", "timeout_s": 0.01}
    run = guarded.request("POST", "api/bookstore/runs", asked)["run"]["run_id"]
    RUN.append(run)
    one = f"api/bookstore/runs/{run}"
    eventually(lambda: guarded.request("GET", one)["run"]["ended_at"], "the run ends")
    guarded.wait_until_delivered()
    [found] = guarded.request("GET", "api/bookstore/versions/a.ipynb")["versions"]
    return str(found["version_id"])


def operations(version: str) -> dict[str, tuple[str, str, Any]]:
    """Every operation there is, by a name."""
    clone = {"s3_bucket": BUCKET, "s3_key": "workspace/a.ipynb"}
    asked = f"s3_bucket={BUCKET}&s3_key=workspace/a.ipynb"
    gallery = GALLERY[-1] if GALLERY else ""
    of_gallery = f"gallery={gallery}&notebook=tides"
    route = "/api/bookstore"
    run = f"{route}/runs/{RUN[-1] if RUN else ''}"
    to_run = {"address": "a.ipynb", "kernel": "python3", "timeout_s": 0.01}
    return {
        "describe": ("GET", route, None),
        "status": ("GET", f"{route}/status", None),
        "list published": ("GET", f"{route}/published", None),
        "published one": ("GET", f"{route}/published/a.ipynb", None),
        "published one as in 2": ("GET", f"{route}/publish/a.ipynb", None),
        "publish nothing": ("PUT", f"{route}/published", {}),
        "list deleted": ("GET", f"{route}/deleted", None),
        "list versions": ("GET", f"{route}/versions/a.ipynb", None),
        "one version": ("GET", f"{route}/versions/a.ipynb?version_id={version}", None),
        "content": ("GET", f"{route}/versions/a.ipynb?version_id={version}&content=1", None),
        "text": ("GET", f"{route}/versions/a.ipynb?version_id={version}&content=1&type=file", None),
        "address": ("GET", f"{route}/resolve?address=bookstore://a.ipynb", None),
        "address with content": (
            "GET",
            f"{route}/resolve?address=bookstore://a.ipynb&content=1",
            None,
        ),
        "cells": ("GET", f"{route}/cells/a.ipynb", None),
        "search": ("GET", f"{route}/search?text=files", None),
        "search one": ("GET", f"{route}/search?text=files&path=a.ipynb", None),
        "runs": ("GET", f"{route}/runs?of=a.ipynb", None),
        "run": ("POST", f"{route}/runs", to_run),
        "run onto a notebook": (
            "POST",
            f"{route}/runs",
            {**to_run, "result": "bookstore://result.ipynb"},
        ),
        "one run": ("GET", run, None),
        "cancel run": ("DELETE", run, None),
        "diff": ("GET", f"{route}/diff/a.ipynb?base={version}", None),
        "diff of two": ("GET", f"{route}/diff/a.ipynb?base={version}&remote={version}", None),
        "diff unsaved": (
            "POST",
            f"{route}/diff/a.ipynb",
            {"base": version, "content": notebook("2")},
        ),
        "label": ("PATCH", f"{route}/versions/a.ipynb", {"version_id": version, "label": "x"}),
        "restore": ("POST", f"{route}/restore/a.ipynb", {"version_id": version}),
        "restore copy": (
            "POST",
            f"{route}/restore/a.ipynb",
            {"version_id": version, "target_path": "copy.ipynb"},
        ),
        "restore in editor": (
            "POST",
            f"{route}/restore/a.ipynb",
            {"version_id": version, "in_editor": True},
        ),
        "checkpoint": ("POST", f"{route}/checkpoint", {"path": "a.ipynb"}),
        "checkpoint of content": (
            "POST",
            f"{route}/checkpoint",
            {"path": "a.ipynb", "content": notebook("2")},
        ),
        "undo": ("POST", f"{route}/undo/a.ipynb", {"actor": "somebody else"}),
        "link": ("POST", f"{route}/links/a.ipynb", {}),
        "take back links": ("DELETE", f"{route}/links/a.ipynb", None),
        "join": ("POST", f"{route}/join/a.ipynb", {"folder": "elsewhere"}),
        "publish saved": ("PUT", f"{route}/published/a.ipynb", {"type": "notebook"}),
        "publish saved as in 2": ("PUT", f"{route}/publish/a.ipynb", {"type": "notebook"}),
        "publish content": (
            "PUT",
            f"{route}/published/b.ipynb",
            {"type": "notebook", "content": notebook("2")},
        ),
        "unpublish": ("DELETE", f"{route}/published/a.ipynb", None),
        "unpublish as in 2": ("DELETE", f"{route}/publish/b.ipynb", None),
        "look at clone": ("GET", f"{route}/cloned?{asked}", None),
        "look at clone as in 2": ("GET", f"/bookstore/clone?{asked}", None),
        "clone": ("POST", f"{route}/cloned", clone),
        "clone as in 2": ("POST", f"{route}/clone", clone),
        "clone form": ("POST", "/bookstore/clone", asked.encode()),
        "look at file": ("GET", "/bookstore/fs-clone?relpath=a.ipynb", None),
        "clone file": ("POST", f"{route}/fs-clone", {"relpath": "a.ipynb"}),
        "clone file form": ("POST", "/bookstore/fs-clone", b"relpath=a.ipynb"),
        "look at gallery": ("GET", f"/bookstore/gallery-clone?{of_gallery}", None),
        "clone from gallery": (
            "POST",
            f"{route}/gallery-clone",
            {"gallery": gallery, "notebook": "tides"},
        ),
        "clone from gallery form": ("POST", "/bookstore/gallery-clone", of_gallery.encode()),
    }


NAMES = tuple(operations(""))
NOTHING_TO_DO = {"publish nothing", "cancel run", "undo", "link", "take back links", "join"}
"""For whoever may do it."""
RUNNING = {"run", "run onto a notebook", "cancel run"}
READING_FILES = {
    "runs",
    "one run",
    "run",
    "run onto a notebook",
    "address with content",
    "content",
    "text",
    "cells",
    "search",
    "search one",
    "diff",
    "diff of two",
    "diff unsaved",
    "restore in editor",
    "checkpoint",
    "checkpoint of content",
    "undo",
    "link",
    "publish saved",
    "publish saved as in 2",
    "look at clone",
    "look at clone as in 2",
    "look at file",
    "look at gallery",
}
WRITING_FILES = {
    "run onto a notebook",
    "restore",
    "restore copy",
    "checkpoint of content",
    "undo",
    "clone",
    "clone as in 2",
    "clone form",
    "clone file",
    "clone file form",
    "clone from gallery",
    "clone from gallery form",
}


def test_every_operation_of_every_route_is_tried() -> None:
    def shape(method: str, target: str) -> tuple[str, str]:
        path = target.partition("?")[0]
        path = re.sub("/runs/.*", "/runs/{run_id}", path)
        return method, path.replace("/a.ipynb", "/{path}").replace("/b.ipynb", "/{path}")

    tried = {shape(method, target) for method, target, _ in operations("").values()}
    verbs = ("GET", "POST", "PUT", "PATCH", "DELETE")
    assert tried == {
        (verb, route.path)
        for route in ROUTES
        for verb in verbs
        if verb.lower() in vars(route.handler)
    }


@pytest.fixture
def unchanged(guarded: Guarded, version: str) -> Iterator[None]:
    """Whatever the test asks for, nothing of the user's is changed by it."""
    files, versions = guarded.files(), guarded.versions()
    yield
    assert guarded.files() == files
    assert guarded.versions() == versions


def refused(reply: Reply) -> bool:
    """Is it refused, without a word of what is in the notebook?"""
    assert SECRET.encode() not in reply.body
    return reply.status == 403


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("allowed", ["", f"{READ_FILES} {WRITE_FILES}"])
def test_nobody_gets_in_without_bookstore(
    guarded: Guarded, version: str, unchanged: None, name: str, allowed: str
) -> None:
    assert refused(guarded.ask(allowed, *operations(version)[name]))


@pytest.mark.parametrize("name", NAMES)
def test_who_may_only_read_changes_nothing(
    guarded: Guarded, version: str, unchanged: None, name: str
) -> None:
    method, target, body = operations(version)[name]
    reply = guarded.ask(f"{READ} {READ_FILES} {WRITE_FILES} {KERNELS}", method, target, body)
    assert reply.status == 200 if method == "GET" else refused(reply)


@pytest.mark.parametrize("name", NAMES)
def test_who_may_only_write_is_told_nothing(guarded: Guarded, version: str, name: str) -> None:
    method, target, body = operations(version)[name]
    if method == "GET":
        reply = guarded.ask(f"{WRITE} {READ_FILES} {WRITE_FILES}", method, target, body)
        assert refused(reply)


@pytest.mark.parametrize("name", sorted(READING_FILES))
def test_who_may_not_read_files_reads_none_in_their_history(
    guarded: Guarded, version: str, unchanged: None, name: str
) -> None:
    """History holds what the files held; and to publish a file is to let others read it."""
    allowed = f"{READ} {WRITE} {WRITE_FILES} {KERNELS}"
    assert refused(guarded.ask(allowed, *operations(version)[name]))


@pytest.mark.parametrize("name", sorted(WRITING_FILES))
def test_who_may_not_write_files_gets_none_written(
    guarded: Guarded, version: str, unchanged: None, name: str
) -> None:
    allowed = f"{READ} {WRITE} {READ_FILES} {KERNELS}"
    assert refused(guarded.ask(allowed, *operations(version)[name]))


@pytest.mark.parametrize("name", sorted(RUNNING))
@pytest.mark.parametrize("allowed", ["", "kernels:execute", "kernels:write"])
def test_who_may_not_run_kernels_runs_no_notebook(
    guarded: Guarded, version: str, unchanged: None, name: str, allowed: str
) -> None:
    """A run is a kernel that executes what is in a file."""
    if (name, allowed) != ("cancel run", "kernels:write"):
        permissions = f"{READ} {WRITE} {READ_FILES} {WRITE_FILES} {allowed}"
        assert refused(guarded.ask(permissions, *operations(version)[name]))


def test_who_may_not_touch_files_uses_the_rest(guarded: Guarded, version: str) -> None:
    for name, (method, target, body) in operations(version).items():
        if name not in READING_FILES | WRITING_FILES | RUNNING | NOTHING_TO_DO | {"unpublish"}:
            reply = guarded.ask(f"{READ} {WRITE}", method, target, body)
            assert reply.status == 200, name
            assert SECRET.encode() not in reply.body


def test_who_may_do_everything_is_refused_nothing(guarded: Guarded, version: str) -> None:
    """All of the above would also pass if nothing worked."""
    for name, (method, target, body) in operations(version).items():
        if name not in NOTHING_TO_DO:
            reply = guarded.ask(EVERYTHING, method, target, body)
            assert reply.status in (200, 202, 303), (name, reply.text)
    assert guarded.ask(EVERYTHING, *operations(version)["cancel run"]).status == 404
