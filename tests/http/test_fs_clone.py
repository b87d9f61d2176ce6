"""Cloning from a folder of the server's disk: ``/bookstore/fs-clone`` and its API."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import pytest
from http_helpers import Call, names_in, risky_notebook
from notebooks import notebook, on_disk

from bookstore.bookstore_config import BookstoreSettings
from bookstore.clone import validate_relpath
from bookstore.errors import BadRequest, NotFound
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

API = "/api/bookstore/fs-clone"
PAGE = "/bookstore/fs-clone"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The folder that the administrator opened, with something in it."""
    folder = tmp_path / "shared"
    (folder / "in").mkdir(parents=True)
    (folder / "in/a.ipynb").write_bytes(on_disk(notebook("1 + 1")))
    (folder / "tool.py").write_bytes(b"import sys\r\nprint('\xc3\xa9')\n")
    (folder / "data.bin").write_bytes(bytes(range(256)))
    (folder / ".secret").write_text("hidden")
    (tmp_path / "outside.txt").write_text("outside")
    (folder / "way-out.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "way-in.py").symlink_to(folder / "tool.py")
    return folder


@pytest.fixture
def bookstore_config(base: Path) -> dict[str, Any]:
    return {"fs_cloning_basedir": str(base)}


async def test_a_notebook_is_cloned_byte_for_byte(call: Call, base: Path, root: Path) -> None:
    answer = await call("POST", API, json_body={"relpath": "in/a.ipynb"})
    assert answer.status == 200
    assert answer.json["type"] == "notebook"
    assert answer.json["path"] == "a.ipynb"
    assert (root / "a.ipynb").read_bytes() == (base / "in/a.ipynb").read_bytes()


@pytest.mark.parametrize("name", ["tool.py", "data.bin", "way-in.py"])
async def test_other_files_are_cloned_byte_for_byte(
    call: Call, base: Path, root: Path, name: str
) -> None:
    """2.5.1 wrote a ``.py`` file as a JSON list."""
    assert (await call("POST", API, json_body={"relpath": name})).json["type"] == "file"
    assert (root / name).read_bytes() == (base / name).read_bytes()


async def test_a_clone_of_a_file_opens_untrusted(call: Call, base: Path) -> None:
    (base / "t.ipynb").write_bytes(on_disk(risky_notebook()))
    await call("POST", API, json_body={"relpath": "t.ipynb"})
    opened = (await call("GET", "/api/contents/t.ipynb")).json["content"]
    assert opened["cells"][0]["metadata"] == {"trusted": False}


async def test_history_knows_what_was_cloned_but_not_where_it_lies(
    call: Call, store: MemoryStore, bookstore: Bookstore
) -> None:
    await call("POST", API, json_body={"relpath": "in/a.ipynb", "target_path": "new/b.ipynb"})
    await bookstore.uploader.drain(deadline_s=10)
    known = (await store.head("workspace/new/b.ipynb")).metadata or {}
    assert (known["kind"], known["source"]) == ("clone", "file:in/a.ipynb")


@pytest.mark.parametrize("relpath", ["", "/", None, 5, ["a"], "a\0b", "a\ud800"])
async def test_an_empty_or_malformed_path_is_400(call: Call, relpath: object) -> None:
    answer = await call("POST", API, json_body={"relpath": relpath})
    assert answer.is_error(400, "bad_request")
    assert "relpath" in answer.json["message"]


OUT_OF_REACH = [
    "missing.ipynb",
    "in",
    "in/a.ipynb/x.ipynb",
    "../outside.txt",
    "in/../../outside.txt",
    "/etc/passwd",
    "way-out.txt",
    ".secret",
    "in/../.secret",
    "x" * 300,
]


@pytest.mark.parametrize("verb", ["POST", "GET"])
async def test_what_is_missing_outside_or_hidden_is_404_alike(
    call: Call, base: Path, root: Path, verb: str
) -> None:
    for relpath in OUT_OF_REACH:
        asked = {"relpath": relpath, "target_path": "a.ipynb"}
        sent = {"json_body": asked} if verb == "POST" else {"query": asked}
        answer = await call(verb, API if verb == "POST" else PAGE, **sent)
        assert answer.status == 404, relpath
        assert str(base.parent) not in answer.text
    assert names_in(root) == []


async def test_a_pipe_is_not_waited_for(call: Call, base: Path) -> None:
    os.mkfifo(base / "pipe")
    assert (await call("POST", API, json_body={"relpath": "pipe"})).is_error(404, "not_found")


class TestLinkedBase:
    """The administrator's folder is itself reached through a link."""

    @pytest.fixture
    def bookstore_config(self, base: Path) -> dict[str, Any]:
        link = base.parent / "link"
        link.symlink_to(base.parent)
        return {"fs_cloning_basedir": str(link / "shared")}

    async def test_files_are_cloned(self, call: Call) -> None:
        """2.5.1 refused everything."""
        assert (await call("POST", API, json_body={"relpath": "tool.py"})).status == 200

    async def test_links_out_of_it_are_not(self, call: Call) -> None:
        answer = await call("POST", API, json_body={"relpath": "way-out.txt"})
        assert answer.is_error(404, "not_found")


class TestSwitchedOff:
    """No folder is configured."""

    @pytest.fixture
    def bookstore_config(self) -> dict[str, Any]:
        return {}

    async def test_the_setting_to_change_is_named(self, call: Call) -> None:
        answer = await call("POST", API, json_body={"relpath": "tool.py"})
        assert answer.is_error(403, "forbidden")
        assert "fs_cloning_basedir" in answer.json["hint"]
        page = await call("GET", PAGE, query={"relpath": "tool.py"})
        assert page.status == 403
        assert "fs_cloning_basedir" in page.text


class TestLimit:
    """The administrator allows small files only."""

    @pytest.fixture
    def bookstore_config(self, base: Path) -> dict[str, Any]:
        return {"fs_cloning_basedir": str(base), "clone_max_bytes": 10}

    async def test_a_large_file_is_refused(self, call: Call) -> None:
        answer = await call("POST", API, json_body={"relpath": "tool.py"})
        assert answer.is_error(413, "too_large")


async def test_a_file_that_is_no_notebook_is_422(call: Call, base: Path) -> None:
    (base / "bad.ipynb").write_text("{}")
    answer = await call("POST", API, json_body={"relpath": "bad.ipynb"})
    assert answer.is_error(422, "invalid_notebook")


@pytest.mark.parametrize("target", ["../a.py", ".a.py", "/../a.py"])
async def test_a_target_cannot_leave_the_users_files(call: Call, target: str) -> None:
    body = {"relpath": "tool.py", "target_path": target}
    assert (await call("POST", API, json_body=body)).is_error(400, "bad_request")


async def test_the_page_shows_the_file_and_changes_nothing(
    call: Call, base: Path, root: Path
) -> None:
    answer = await call("GET", PAGE, query={"relpath": "tool.py"})
    assert answer.status == 200
    assert "import sys" in answer.text
    assert str(base) not in answer.text
    assert names_in(root) == []


async def test_the_form_works_without_a_script(call: Call, root: Path) -> None:
    answer = await call("POST", PAGE, form={"relpath": "tool.py", "target_path": "b.py"})
    assert answer.status == 303
    assert (root / "b.py").exists()


def test_validate_relpath_returns_the_resolved_file(base: Path) -> None:
    settings = BookstoreSettings(fs_cloning_basedir=str(base))
    log = logging.getLogger(__name__)
    assert validate_relpath("way-in.py", settings, log) == (base / "tool.py").resolve()
    with pytest.raises(BadRequest):
        validate_relpath("", settings, log)
    with pytest.raises(NotFound):
        validate_relpath("../outside.txt", settings, log)
