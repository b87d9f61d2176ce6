"""What is set as a secret, and what a store says of its inside, comes out nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hostile_kit import ONLY_BOOKSTORE, Reply, Victim, as_bytes
from impostor import ITS_WORDS, MANNERS, Impostor, impostor
from notebooks import notebook
from processes import eventually

from bookstore.bookstore_config import BookstoreSettings
from bookstore.wiring import s3_options

MARK = "MarkedAsSecret"
SECRETS = {
    "s3_access_key_id": f"AKIA{MARK}1",
    "s3_secret_access_key": f"{MARK}2/+=",
    "s3_session_token": f"{MARK}3//token",
}
EVENTS = """
import logging

c.EventLogger.handlers = [logging.FileHandler({file!r})]
"""
NOTHING_THERE = {"s3_bucket": "books", "s3_key": "published/a.ipynb"}
OPERATIONS: list[tuple[str, str, Any]] = [
    ("GET", "/api/bookstore", None),
    ("GET", "/api/bookstore/status", None),
    ("GET", "/api/bookstore/published", None),
    ("GET", "/api/bookstore/deleted", None),
    ("GET", "/api/bookstore/versions/a.ipynb", None),
    ("GET", "/api/bookstore/versions/a.ipynb?version_id=v", None),
    ("GET", "/api/bookstore/versions/a.ipynb?version_id=v&content=1", None),
    ("GET", "/api/bookstore/diff/a.ipynb?base=v", None),
    ("POST", "/api/bookstore/diff/a.ipynb", {"base": "v", "content": notebook("1")}),
    ("PATCH", "/api/bookstore/versions/a.ipynb", {"version_id": "v", "label": "x"}),
    ("POST", "/api/bookstore/restore/a.ipynb", {"version_id": "v"}),
    ("PUT", "/api/bookstore/published/a.ipynb", {"type": "notebook", "content": notebook("1")}),
    ("PUT", "/api/bookstore/published/a.ipynb", {"type": "notebook"}),
    ("DELETE", "/api/bookstore/published/a.ipynb", None),
    ("POST", "/api/bookstore/clone", NOTHING_THERE),
    ("GET", "/bookstore/clone?s3_bucket=books&s3_key=a.ipynb", None),
    ("GET", "/api/contents/a.ipynb/checkpoints", None),
    ("POST", "/api/contents/a.ipynb/checkpoints", None),
    ("GET", "/metrics", None),
]


class Watched(Victim):
    """A server whose every word is kept."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.said: list[bytes] = []
        self.event_log = self.home / "events.log"
        (self.home / "config").mkdir(exist_ok=True)
        events = EVENTS.format(file=str(self.event_log))
        with (self.home / "config" / "jupyter_server_config.py").open("a") as config:
            config.write(events)

    def send(self, *args: Any, **kwargs: Any) -> Reply:
        """Send a request, and keep the answer."""
        reply = super().send(*args, **kwargs)
        self.said += [str(reply.headers).encode(), reply.body]
        return reply

    @property
    def told(self) -> bytes:
        """Every answer and event."""
        return b"\n".join([*self.said, self.event_log.read_bytes()])

    @property
    def everything(self) -> bytes:
        """Every answer, event and line of the log."""
        return self.told + self.log.encode()

    def wait_until_told(self, action: str) -> None:
        """Return once an event of the archive tells that *action* happened."""
        eventually(lambda: f'"{action}"' in self.event_log.read_text(), f"the event {action}")

    def try_everything(self) -> None:
        """Do everything that asks the store, whatever comes of it."""
        self.save("a.ipynb", "1")
        with ThreadPoolExecutor(8) as threads:  # most of them wait for the store
            replies = list(threads.map(lambda operation: self.send(*operation), OPERATIONS))
        for operation, reply in zip(OPERATIONS, replies, strict=True):
            assert reply.status not in (500, 501), (operation, reply.text)


@pytest.fixture
def store() -> Iterator[Impostor]:
    with impostor() as started:
        yield started


def test_no_answer_event_or_line_of_the_log_holds_a_secret(tmp_path: Path, store: Impostor) -> None:
    """Not even when the store repeats its own secrets in every way, and everything is logged."""
    settings = {
        **SECRETS,
        "s3_bucket": "books",
        "s3_endpoint_url": store.url,
        "s3_sse": "aws:kms",
        "s3_sse_kms_key_id": f"{MARK}4",
        "s3_read_timeout_s": 5.0,
        "drain_deadline_s": 0.0,
    }
    (tmp_path / "config").mkdir()
    lines = [f"c.BookstoreSettings.{name} = {value!r}\n" for name, value in settings.items()]
    (tmp_path / "config" / "jupyter_server_config.py").write_text("".join(lines))
    with Watched(home=tmp_path, arguments=(ONLY_BOOKSTORE, "--debug")) as server:
        for manner in MANNERS:
            store.behave(manner)
            server.try_everything()
    told = server.everything.decode(errors="replace")
    assert MARK not in told
    assert not [word for word in ITS_WORDS if word in told]
    assert str(tmp_path) not in server.told.decode(errors="replace")
    assert "Traceback" not in server.told.decode(errors="replace")
    assert '"archived"' not in server.event_log.read_text()
    server.check_log()


def test_no_answer_or_event_tells_where_on_the_disk_anything_lies(tmp_path: Path) -> None:
    """The embedded store and the outbox cannot be used, so that every message is about them."""
    in_the_way = tmp_path / "in-the-way"
    in_the_way.write_text("a file where folders should be")
    (tmp_path / "shared-folder").mkdir()
    arguments = (
        ONLY_BOOKSTORE,
        f"--BookstoreSettings.local_store_dir={in_the_way}/store",
        f"--BookstoreSettings.outbox_dir={in_the_way}/outbox",
        f"--BookstoreSettings.fs_cloning_basedir={tmp_path}/shared-folder",
        "--BookstoreSettings.local_bucket=books",
        "--BookstoreSettings.drain_deadline_s=0",
    )
    with Watched(home=tmp_path, arguments=arguments) as server:
        server.try_everything()
        for relpath in ("a", "../a", "/etc/passwd", "~/a"):
            server.get("/bookstore/fs-clone", relpath=relpath)
            server.send("POST", "/api/bookstore/fs-clone", {"relpath": relpath})
        (server.root / "endless.ipynb").symlink_to("endless.ipynb")
        (server.root / "unreadable.ipynb").symlink_to("/proc/self/mem")
        for name in ("endless.ipynb", "unreadable.ipynb"):
            server.send("PUT", f"/api/bookstore/published/{name}", {"type": "notebook"})
            server.send("GET", f"/api/bookstore/versions/{name}")
    told = server.told.decode(errors="replace")
    assert not re.findall(rf"{tmp_path}|in-the-way|shared-folder|/proc/|site-packages", told)
    assert "Traceback" not in told


FAILING = """
from tornado.web import HTTPError
from bookstore import BookstoreContentsArchiver

WORDS = {
    "plain.ipynb": ("[Errno 13] Permission denied: '/srv/private/x'",),
    "percent.ipynb": ("100% of '/srv/private/x'",),
    "filled.ipynb": ("%s and %s", "'/srv/private/x'", 1),
    "filled-badly.ipynb": ("%s and %d '/srv/private/x'", 1),
}


class Failing(BookstoreContentsArchiver):
    async def save(self, model, path=""):
        raise HTTPError(500, *WORDS[path])


c.ServerApp.contents_manager_class = Failing
"""


def test_a_copy_that_cannot_be_written_does_not_tell_where(tmp_path: Path) -> None:
    """A contents manager's own error quotes a path: outside of the root, where a link leads."""
    for name in ("config", "shared"):
        (tmp_path / name).mkdir()
    (tmp_path / "config" / "jupyter_server_config.py").write_text(FAILING)
    (tmp_path / "shared/a.ipynb").write_bytes(as_bytes(notebook("1")))
    arguments = (
        ONLY_BOOKSTORE,
        f"--BookstoreSettings.fs_cloning_basedir={tmp_path}/shared",
    )
    words = {"plain": "Permission denied", "percent": "100% of 'x'", "filled": " and 1"}
    with Watched(home=tmp_path, arguments=arguments) as server:
        for name in ("plain", "percent", "filled", "filled-badly"):
            asked = {"relpath": "a.ipynb", "target_path": f"{name}.ipynb"}
            reply = server.send("POST", "/api/bookstore/fs-clone", asked)
            assert reply.status == 500
            assert words.get(name, "") in reply.json["message"]
            assert server.send("POST", "/bookstore/fs-clone", form=asked).status == 500
    assert b"/srv" not in b"".join(server.said)
    assert b"private" not in b"".join(server.said)


def test_secrets_are_in_no_representation() -> None:
    settings = BookstoreSettings(s3_bucket="books", **SECRETS)
    told = f"{settings!r} {settings} {s3_options(settings)!r}"
    secret = [value for name, value in SECRETS.items() if name != "s3_access_key_id"]
    assert not [value for value in secret if value in told]
