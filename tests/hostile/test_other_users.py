"""What others put into a shared bucket leads nowhere, breaks nothing and is believed in nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from hostile_kit import BUCKET, ONLY_BOOKSTORE, Victim, as_bytes
from hypothesis import given, settings
from hypothesis import strategies as st
from notebooks import notebook

from bookstore.bookstore_config import BookstoreSettings
from bookstore.errors import Forbidden
from bookstore.keys.checkpoint_ids import CheckpointAddress, to_checkpoint_id
from bookstore.records import Provenance
from bookstore.store.local.store import LocalStore
from bookstore.wiring import MOST_OTHER_STORES, build_bookstore

BOBS = "only bob may read this"
VERSIONS = "/api/bookstore/versions"


class Ada(Victim):
    """The server of ada, who shares a bucket with bob."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bobs = ""

    @asynccontextmanager
    async def store(self) -> Any:
        """The bucket, as any other tool may use it."""
        store = LocalStore(self.home / "data" / "bookstore" / "store" / BUCKET)
        try:
            yield store
        finally:
            await store.close()

    async def put(self, key: str, body: bytes, facts: Mapping[str, str] | None = None) -> str:
        """Put an object into the bucket with what is known beside it; return its version ID."""
        known = Provenance.of(body, author="bob", kind="save").to_metadata()
        async with self.store() as store:
            version = await store.put(
                key, body, metadata={**known, **(facts or {})}, content_type="x/y"
            )
        return str(version.version_id)

    async def delete(self, key: str) -> None:
        """Mark a key deleted."""
        async with self.store() as store:
            await store.delete(key)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ada]:
    arguments = (
        ONLY_BOOKSTORE,
        f"--BookstoreSettings.local_bucket={BUCKET}",
        "--BookstoreSettings.workspace_prefix=workspace/{username}",
        "--BookstoreSettings.published_prefix=published/{username}",
        "--BookstoreSettings.drain_deadline_s=0",
    )
    environment = {"JUPYTERHUB_USER": "ada"}
    home = tmp_path_factory.mktemp("ada")
    with Ada(home=home, arguments=arguments, environment=environment) as started:
        yield started
        started.check_log()


@pytest_asyncio.fixture
async def ada(server: Ada) -> Ada:
    """The server; bob has a notebook and a published one."""
    if not server.bobs:
        server.bobs = await server.put("workspace/bob/b.ipynb", as_bytes(notebook(BOBS)))
        await server.put("published/bob/given.ipynb", as_bytes(notebook("for all")))
        await server.put("workspace/bob/gone.ipynb", as_bytes(notebook(BOBS)))
        await server.delete("workspace/bob/gone.ipynb")
    return server


def cursor_to(key: str, after: str = "", until: object = "") -> str:
    """A cursor that no server made."""
    text = json.dumps([[[key, after, until]], [], []])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


# -- somebody else's notebooks -----------------------------------------------------------------

WAYS = [
    "b.ipynb",
    "bob/b.ipynb",
    "../bob/b.ipynb",
    "..%2fbob%2fb.ipynb",
    "%2e%2e/bob/b.ipynb",
    "../../workspace/bob/b.ipynb",
    "workspace/bob/b.ipynb",
    "%2fworkspace%2fbob%2fb.ipynb",
]


@pytest.mark.asyncio
@pytest.mark.parametrize("way", WAYS)
async def test_history_leads_to_nobody_elses_notebooks(ada: Ada, way: str) -> None:
    known, path = f"version_id={ada.bobs}&content=1", way.replace("%2f", "/").replace("%2e", ".")
    over = {"version_id": ada.bobs, "target_path": "mine.ipynb"}
    replies = [
        ada.get(f"{VERSIONS}/{way}"),
        ada.get(f"{VERSIONS}/{way}?{known}"),
        ada.get(f"{VERSIONS}/a.ipynb?{known}&version_path={quote(path)}"),
        ada.get(f"/api/bookstore/diff/{way}?base={ada.bobs}&remote={ada.bobs}"),
        ada.send("POST", f"/api/bookstore/restore/{way}", over),
        ada.send("POST", "/api/bookstore/restore/a.ipynb", {**over, "version_path": path}),
        ada.send("PATCH", f"{VERSIONS}/{way}", {"version_id": ada.bobs, "label": "x"}),
    ]
    for reply in replies:
        assert BOBS.encode() not in reply.body
        assert ada.bobs.encode() not in reply.body or reply.status == 404
    assert [reply for reply in replies[1:] if reply.status not in (400, 404)] == []
    assert not (ada.root / "mine.ipynb").exists()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "key",
    [
        "workspace/bob/b.ipynb",
        "workspace/ada/../bob/b.ipynb",
        "published/bob/given.ipynb",
        "workspace/ada/.bookstore/labels/a.ipynb.json",
        "workspace/ada/",
        "",
    ],
)
async def test_a_made_up_cursor_leads_nowhere(ada: Ada, key: str) -> None:
    for until in ("", "2100-01-01T00:00:00+00:00", "2100-01-01T00:00:00", 5, [], "9" * 40):
        for after in ("", ada.bobs, "save:x"):
            before = cursor_to(key, after, until)
            assert ada.get(f"{VERSIONS}/a.ipynb", before=before).status == 400


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["", "e30", "W10", "W1tdXQ", "bnVsbA", "%%%", "é", "W1tb" * 999])
async def test_a_malformed_cursor_is_refused(ada: Ada, text: str) -> None:
    reply = ada.get(f"{VERSIONS}/a.ipynb", before=text)
    assert reply.status == (400 if text else 200)


@pytest.mark.asyncio
async def test_a_made_up_checkpoint_leads_nowhere(ada: Ada) -> None:
    ada.save("a.ipynb", "mine")
    for path in ("../bob/b.ipynb", "/../bob/b.ipynb", "x/../../bob/b.ipynb", "..", "bob/b.ipynb"):
        checkpoint = to_checkpoint_id(CheckpointAddress(ada.bobs, path))
        reply = ada.send("POST", f"/api/contents/a.ipynb/checkpoints/{checkpoint}")
        assert reply.status == 404
    assert BOBS not in (ada.root / "a.ipynb").read_text()


@pytest.mark.asyncio
async def test_lists_hold_nobody_elses_notebooks(ada: Ada) -> None:
    for route, field in (("deleted", "after"), ("published", "cursor")):
        for start in ("", "..", "../bob", "../", "\0", "0", "../../workspace/bob"):
            reply = ada.get(f"/api/bookstore/{route}", **{field: start})
            assert b"given" not in reply.body
            assert b"gone" not in reply.body


@pytest.mark.asyncio
async def test_what_somebody_else_published_can_be_cloned_but_not_taken_back(ada: Ada) -> None:
    asked = {"s3_bucket": BUCKET, "s3_key": "published/bob/given.ipynb"}
    assert ada.send("POST", "/api/bookstore/clone", asked).status == 200
    for way in ("given.ipynb", "../bob/given.ipynb", "..%2fbob%2fgiven.ipynb"):
        reply = ada.send("DELETE", f"/api/bookstore/published/{way}")
        assert reply.status in (400, 404)
    assert ada.send("POST", "/api/bookstore/clone", asked).status == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("owner", ["ada", "bob"])
async def test_what_bookstore_keeps_for_itself_is_not_cloned(ada: Ada, owner: str) -> None:
    for name in ("labels/a.ipynb.json", "moves/a.ipynb.json"):
        key = f"workspace/{owner}/.bookstore/{name}"
        await ada.put(key, b"{}")
        asked = {"s3_bucket": BUCKET, "s3_key": key}
        assert ada.send("POST", "/api/bookstore/clone", asked).status == 404
        assert ada.get("/bookstore/clone", **asked).status == 404


@settings(deadline=None, database=None, derandomize=True)
@given(st.text(st.characters(), max_size=12), st.text(st.characters(), max_size=12))
def test_no_username_is_another_ones_or_more_than_a_segment(one: str, other: str) -> None:
    known = BookstoreSettings(workspace_prefix="workspace/{username}")
    first, second = known.workspace(one).prefix, known.workspace(other).prefix
    assert (first == second) == (one == other)
    assert first.count("/") == (1 if one else 0)
    assert first.rpartition("/")[2] not in (".", "..")


@pytest.mark.asyncio
async def test_names_of_other_buckets_take_no_more_than_so_much(tmp_path: Any) -> None:
    """Each store has threads and connections; a link can name any bucket."""
    allowed = BookstoreSettings(
        local_store_dir=str(tmp_path / "store"),
        outbox_dir=str(tmp_path / "outbox"),
        clone_buckets=["*"],
    )
    built = build_bookstore(allowed, root_dir=str(tmp_path), log=allowed.log)
    stores = [built.store_for(f"bucket-{number}") for number in range(3 * MOST_OTHER_STORES)]
    assert built.store_for(stores[-1].bucket) is stores[-1]
    assert built.store_for(stores[0].bucket) is not stores[0]
    for name in ("..", "../x", "a/b", "", "x" * 300, "."):
        with pytest.raises(Forbidden):
            built.store_for(name)
    await built.close(deadline_s=0)


# -- what another tool wrote -------------------------------------------------------------------

LAST = "9999-12-31T23:59:59.999999+00:00"
NESTED = b"[" * 100_000
LABELS = {
    "no JSON": b"\xff\xfe",
    "nothing": b"",
    "a list": b"[]",
    "a number": b"7",
    "deep": NESTED,
    "no labels": b"{}",
    "labels that are none": b'{"labels": [1]}',
    "a label that is none": b'{"labels": {"x": 1}}',
    "a number too long": b'{"labels": {"x": {"label": ' + b"9" * 5000 + b"}}}",
    "of the last moment": as_bytes({"labels": {"{ref}": {"label": "theirs", "at": LAST}}}),
    "of no moment": as_bytes({"labels": {"{ref}": {"label": "theirs", "at": "zzz"}}}),
    "of no zone": as_bytes({"labels": {"{ref}": {"label": "theirs", "at": "2999-01-01"}}}),
    "of another zone": as_bytes(
        {"labels": {"{ref}": {"label": "theirs", "at": "9999-12-31T23:59:59-23:59"}}}
    ),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", LABELS)
async def test_labels_can_be_given_whatever_is_in_their_place(ada: Ada, name: str) -> None:
    path = f"labelled-{name.replace(' ', '-')}.ipynb"
    version_id = await ada.put(f"workspace/ada/{path}", as_bytes(notebook("1")))
    save_id = ada.get(f"{VERSIONS}/{path}").json["versions"][0]["save_id"]
    body = LABELS[name].replace(b"{ref}", save_id.encode())
    await ada.put(f"workspace/ada/.bookstore/labels/{path}.json", body)
    assert ada.get(f"{VERSIONS}/{path}").status == 200
    for label in ("mine", "mine again"):
        given = {"version_id": version_id, "label": label}
        assert ada.send("PATCH", f"{VERSIONS}/{path}", given).status == 200
        assert ada.get(f"{VERSIONS}/{path}").json["versions"][0]["label"] == label


MOVES = {
    "no JSON": b"\xff\xfe",
    "a list": b"[]",
    "deep": NESTED,
    "no time": b'{"moved_to": "x"}',
    "no zone": b'{"moved_to": "x", "at": "2999-01-01T00:00:00"}',
    "a number": b'{"moved_to": 7, "at": 7}',
    "elsewhere": b'{"moved_to": "../../bob/b.ipynb", "at": "2999-01-01T00:00:00+00:00"}',
    "half a character": b'{"moved_to": "\\ud800", "at": "2999-01-01T00:00:00+00:00"}',
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", MOVES)
async def test_what_is_deleted_is_listed_whatever_is_said_of_it(ada: Ada, name: str) -> None:
    path = f"moved-{name.replace(' ', '-')}.ipynb"
    await ada.put(f"workspace/ada/{path}", as_bytes(notebook("1")))
    await ada.put(f"workspace/ada/.bookstore/moves/{path}.json", MOVES[name])
    await ada.delete(f"workspace/ada/{path}")
    listed = ada.get("/api/bookstore/deleted").json["deleted"]
    assert path in [entry["path"] for entry in listed]


FACTS: list[dict[str, str]] = [
    {"kind": "rename", "source": "workspace/bob/b.ipynb"},
    {"kind": "copy", "source": "workspace/ada/../bob/b.ipynb"},
    {"kind": "rename", "source": "workspace/ada/\ud800.ipynb"},
    {"kind": "rename", "source": f"workspace/ada/{'x' * 2000}.ipynb"},
    {"kind": "rename", "source": "workspace/ada/.bookstore/labels/a.ipynb.json"},
    {"kind": "rename", "source": ""},
    {"kind": "delete"},
    {"kind": "{}"},
    {"saved-at": "0001-01-01T00:00:00+23:59"},
    {"saved-at": "9999-12-31T23:59:59-23:59"},
    {"saved-at": "2026-01-01T00:00:00"},
    {"saved-at": "soon"},
    {"sha256": "x" * 1000, "save-id": "\0\n\ud800", "author": "\u202e\0\ud800"},
]


@pytest.mark.asyncio
@pytest.mark.parametrize("number", range(len(FACTS)))
async def test_history_is_told_whatever_is_known_beside_a_version(ada: Ada, number: int) -> None:
    """It leads to no notebook of somebody else, and to no error either."""
    path = f"facts-{number}.ipynb"
    for version in range(3):
        content = as_bytes(notebook(str(version)))
        version_id = await ada.put(f"workspace/ada/{path}", content, FACTS[number])
    replies = [
        ada.get(f"{VERSIONS}/{path}"),
        ada.get(f"{VERSIONS}/{path}?version_id={version_id}&content=1"),
        ada.get(f"/api/bookstore/diff/{path}?base={version_id}&remote={version_id}"),
        ada.get("/bookstore/clone", s3_bucket=BUCKET, s3_key=f"workspace/ada/{path}"),
        ada.get("/api/bookstore/deleted"),
        ada.get(f"/api/contents/{path}/checkpoints"),
    ]
    assert [reply.status for reply in replies] == [200] * len(replies)
    assert not [reply for reply in replies if BOBS.encode() in reply.body]
    told = replies[0].json["versions"]
    assert not [version for version in told if version["version_id"] == ada.bobs]
    first = ada.get(f"{VERSIONS}/{path}", limit="1").json
    assert ada.get(f"{VERSIONS}/{path}", limit="5", before=first["next"]).status == 200
    restored = ada.send("POST", f"/api/bookstore/restore/{path}", {"version_id": version_id})
    assert restored.status == 200
