"""No path, key or name leads out of where it belongs, whatever it is made of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hostile_kit import BUCKET, Reply, Victim, as_bytes
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from notebooks import notebook

from bookstore.files.last_seen import Signature, changed_at
from bookstore.http.fs_clone import moment_of
from bookstore.records import utc_now

OUTSIDE = "not for this user"
HIDDEN = "not to be shown"
ODD = [
    "..",
    "../x.ipynb",
    "../../../../etc/passwd",
    "%2e%2e/x.ipynb",
    "%2e%2e%2fx.ipynb",
    "..%2fx.ipynb",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%252e%252e%252fx.ipynb",
    "..%252fx.ipynb",
    "..%255cx.ipynb",
    "..%5cx.ipynb",
    "a%5c..%5c..%5cx.ipynb",
    "%5c%5cserver%5cshare.ipynb",
    "C:%5cx.ipynb",
    "file:%2f%2f%2fetc%2fpasswd",
    "a//b.ipynb",
    "//a.ipynb",
    "a/./b.ipynb",
    "a/../../x.ipynb",
    "./a.ipynb",
    "a/..",
    "...ipynb",
    ".ipynb",
    "%00.ipynb",
    "a.ipynb%00",
    "a%00/../x.ipynb",
    "a%0a.ipynb",
    "%0d%0aX-Evil:1.ipynb",
    "%20",
    "%20/%20.ipynb",
    "a.ipynb/",
    "a.ipynb/b.ipynb",
    "%ff.ipynb",
    "%c0%ae%c0%ae%c0%af.ipynb",
    "%ed%a0%80.ipynb",
    "%f0%9f%98%80.ipynb",
    "%e2%80%aegpj.ipynb",
    "a%3f%23%25.ipynb",
    "a%2541.ipynb",
    "%7busername%7d.ipynb",
    "~root/x.ipynb",
    "$HOME/x.ipynb",
    "*.ipynb",
    "[a].ipynb",
    ".bookstore/labels/mine.ipynb.json",
    ".bookstore/moves/mine.ipynb.json",
    ".bookstore/labels/x.ipynb",
    ".hidden.ipynb",
    ".hidden/a.ipynb",
    "a" * 239 + ".ipynb",
    "a" * 300 + ".ipynb",
    "/".join(["d" * 200] * 6) + "/a.ipynb",
    "%e2%98%83" * 80 + ".ipynb",
    "fifo.ipynb",
    "loop/a.ipynb",
    "loop",
    "loop.ipynb",
    "dangling.ipynb",
    "dangling/a.ipynb",
    "folder.ipynb",
    "folder.ipynb/a.ipynb",
    "unreadable.ipynb",
    "dev-null.ipynb",
]
"""As they stand in a URL."""


@pytest.fixture(scope="module")
def version(victim: Victim) -> str:
    """A version of ``mine.ipynb``; beside it stand things that are no ordinary files."""
    victim.write("mine.ipynb", as_bytes(notebook("mine")))
    root, shared = victim.root, victim.home / "shared"
    for folder in (root, shared):
        os.mkfifo(folder / "fifo.ipynb")
        (folder / "loop").symlink_to("loop")
        (folder / "loop.ipynb").symlink_to("loop.ipynb")
        (folder / "dangling.ipynb").symlink_to("nowhere.ipynb")
        (folder / "dangling").symlink_to("nowhere")
        (folder / "unreadable.ipynb").symlink_to("/proc/self/mem")
        (folder / "dev-null.ipynb").symlink_to("/dev/null")
        (folder / "folder.ipynb").mkdir()
        (folder / ".hidden").mkdir()
        for name in (".hidden.ipynb", ".hidden/a.ipynb"):
            (folder / name).write_bytes(as_bytes(notebook(HIDDEN)))
    for place in (victim.home, victim.home / "shared-too"):
        place.mkdir(exist_ok=True)
        (place / "x.ipynb").write_bytes(as_bytes(notebook(OUTSIDE)))
    (shared / "way-out.ipynb").symlink_to(victim.home / "x.ipynb")
    (shared / "way-out").symlink_to(victim.home)
    found = victim.newest("mine.ipynb")
    victim.wait_until_delivered()
    return found if not found.startswith("save:") else victim.newest("mine.ipynb")


def outside(victim: Victim) -> dict[str, bytes]:
    """What lies beside the places that a server may write to."""
    written = {"notebooks", "data", "runtime", "server.log"}
    return {
        str(file): file.read_bytes()
        for place in victim.home.iterdir()
        if place.name not in written and not place.name.startswith(".")
        for file in [place, *place.rglob("*")]
        if file.is_file() and not file.is_symlink()
    }


@pytest.fixture
def untouched(victim: Victim, version: str) -> Iterator[None]:
    """Whatever the test does, nothing outside of the user's files is changed by it."""
    before = outside(victim)
    yield
    assert outside(victim) == before


def is_harmless(victim: Victim, reply: Reply) -> bool:
    """Is it a plain answer that tells nothing of what lies elsewhere?"""
    assert reply.status < 500 or reply.status == 507, reply.text
    for word in (OUTSIDE, HIDDEN, str(victim.home), "root:x:", "Traceback"):
        assert word.encode() not in reply.body, word
    assert "X-Evil" not in reply.headers
    return True


def with_path(path: str, version: str) -> list[tuple[str, str, Any]]:
    """Everything that can be asked with a path in the URL."""
    route, saved = "/api/bookstore", {"type": "notebook"}
    return [
        ("GET", f"{route}/versions/{path}", None),
        ("GET", f"{route}/versions/{path}?version_id={version}&content=1&type=file", None),
        ("GET", f"{route}/diff/{path}?base={version}&base_path=mine.ipynb", None),
        ("GET", f"{route}/cells/{path}", None),
        ("PATCH", f"{route}/versions/{path}", {"version_id": version, "label": "x"}),
        ("PUT", f"{route}/published/{path}", saved),
        ("PUT", f"{route}/publish/{path}", {**saved, "content": notebook("1")}),
        ("DELETE", f"{route}/published/{path}", None),
        ("GET", f"/bookstore/static/{path}", None),
    ]


def with_field(name: str, version: str) -> list[tuple[str, str, Any]]:
    """Everything that can be asked with a path or key in a field."""
    route, mine = "/api/bookstore", {"s3_bucket": BUCKET, "s3_key": "workspace/mine.ipynb"}
    shown = f"s3_bucket={BUCKET}&s3_key=workspace/mine.ipynb"
    text = quote(name)
    known = f"version_id={version}"
    return [
        ("GET", f"{route}/versions/mine.ipynb?{known}&content=1&version_path={text}", None),
        ("GET", f"{route}/diff/mine.ipynb?base={version}&base_path={text}", None),
        ("GET", f"{route}/versions/mine.ipynb?before={text}", None),
        ("GET", f"{route}/versions/mine.ipynb?version_id={text}", None),
        ("GET", f"{route}/deleted?after={text}", None),
        ("GET", f"{route}/search?text=be&path={text}", None),
        ("GET", f"{route}/resolve?content=1&address={quote(f'bookstore://{name}')}", None),
        ("GET", f"{route}/published?cursor={text}", None),
        ("POST", f"{route}/clone", {**mine, "s3_key": name}),
        ("POST", f"{route}/clone", {**mine, "s3_key": f"workspace/{name}"}),
        ("POST", f"{route}/clone", {**mine, "s3_bucket": name}),
        ("POST", f"{route}/clone", {**mine, "s3_version_id": name}),
        ("POST", f"{route}/fs-clone", {"relpath": name}),
        ("GET", f"/bookstore/clone?s3_bucket={BUCKET}&s3_key={text}", None),
        ("GET", f"/bookstore/clone?{shown}&target_path={text}", None),
        ("GET", f"/bookstore/fs-clone?relpath={text}", None),
        ("GET", f"/bookstore/fs-clone?relpath=a.ipynb&target_path={text}", None),
    ]


def that_write(name: str, version: str) -> list[tuple[str, str, Any]]:
    """Everything that writes to the user's files, to a place that is told."""
    route, mine = "/api/bookstore", {"s3_bucket": BUCKET, "s3_key": "workspace/mine.ipynb"}
    return [
        ("POST", f"{route}/clone", {**mine, "target_path": name}),
        ("POST", f"{route}/fs-clone", {"relpath": "a.ipynb", "target_path": name}),
        ("POST", f"{route}/restore/mine.ipynb", {"version_id": version, "target_path": name}),
    ]


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:30])
def test_no_path_leads_out_of_the_root(
    victim: Victim, version: str, untouched: None, path: str
) -> None:
    for request in with_path(path, quote(version)):
        assert is_harmless(victim, victim.send(*request))
    over = {"version_id": version, "version_path": "mine.ipynb"}
    assert is_harmless(victim, victim.send("POST", f"/api/bookstore/restore/{path}", over))


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:30])
def test_no_field_leads_out(victim: Victim, version: str, untouched: None, path: str) -> None:
    """As it is, decoded once, and decoded twice."""
    once = unquote(path, errors="replace")
    for name in {path, once, unquote(once, errors="replace")}:
        for request in with_field(name, quote(version)):
            assert is_harmless(victim, victim.send(*request)), request
    for request in that_write(once, version):
        assert is_harmless(victim, victim.send(*request)), request


SEGMENTS = st.sampled_from(
    ["..", ".", "", "a", "mine.ipynb", "x.ipynb", "loop", "way-out", "~", "\\", ".hidden", "%2e%2e"]
) | st.text(max_size=6)
PATHS = st.lists(SEGMENTS, min_size=1, max_size=5).map("/".join)
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_no_path_that_can_be_thought_of_leads_out(
    victim: Victim, version: str, untouched: None
) -> None:
    @BOUNDED
    @given(path=PATHS)
    def ask(path: str) -> None:
        sent = quote(path, safe="/", errors="surrogatepass")
        for request in [*with_path(sent, quote(version)), *that_write(path, version)]:
            assert is_harmless(victim, victim.send(*request)), request

    ask()


@pytest.mark.parametrize(
    "relpath",
    [
        "../x.ipynb",
        "way-out.ipynb",
        "way-out/x.ipynb",
        "../shared-too/x.ipynb",
        "a.ipynb/../x.ipynb",
        ".hidden.ipynb",
        ".hidden/a.ipynb",
        "fifo.ipynb",
        "loop",
        "unreadable.ipynb",
        "~/x.ipynb",
    ],
)
def test_what_is_not_shared_is_not_cloned(victim: Victim, version: str, relpath: str) -> None:
    asked = {"relpath": relpath, "target_path": "copy.ipynb"}
    absolute = {**asked, "relpath": f"{victim.home}/shared/{relpath}"}
    for reply in (
        victim.send("POST", "/api/bookstore/fs-clone", asked),
        victim.send("POST", "/bookstore/fs-clone", form=asked),
        victim.get("/bookstore/fs-clone", **asked),
        victim.send("POST", "/api/bookstore/fs-clone", absolute),
    ):
        assert reply.status == 404
        assert is_harmless(victim, reply)


@pytest.mark.parametrize("taken", ["fifo.ipynb", "dangling.ipynb", "loop.ipynb", "folder.ipynb"])
def test_nothing_is_restored_over_what_is_no_file(victim: Victim, version: str, taken: str) -> None:
    """A link that leads nowhere would make a file somewhere else."""
    over = {"version_id": version, "version_path": "mine.ipynb"}
    reply = victim.send("POST", f"/api/bookstore/restore/{taken}", over)
    assert (reply.status, reply.json["reason"]) == (409, "conflict")
    assert not (victim.root / "nowhere.ipynb").exists()


@pytest.mark.parametrize("target", ["dangling/a.ipynb", "loop/a.ipynb", "fifo.ipynb/a.ipynb"])
def test_a_folder_that_is_none_is_told_in_words(victim: Victim, version: str, target: str) -> None:
    for request in that_write(target, version):
        reply = victim.send(*request)
        assert (reply.status, reply.json["reason"]) == (409, "conflict")
        assert "is not a folder" in reply.json["message"]


@pytest.mark.parametrize("year", [-(2**40), 2**40])
def test_a_file_may_have_any_time(year: int) -> None:
    """Any program can set a time that no calendar has, where the file system takes it."""
    mtime_s = year * 365 * 24 * 3600
    assert moment_of(mtime_s) is None
    signature = Signature(inode=1, size_bytes=1, mtime_ns=mtime_s * 10**9, ctime_ns=1)
    noticed_at = utc_now()
    assert changed_at(signature, None, noticed_at) == noticed_at


@pytest.mark.parametrize(
    "name", ["../clone.js", "..%2fpages.py", "%2e%2e/pages.py", "%2e%2e%2fapi.py", "", ".."]
)
def test_only_the_pages_own_files_are_served(victim: Victim, name: str) -> None:
    reply = victim.send("GET", f"/bookstore/static/{name}")
    assert reply.status in (403, 404)
    assert not re.search(rb"import |def ", reply.body)
