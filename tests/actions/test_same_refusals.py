"""Whoever asks, and however, is refused the same for the same reason and in the same words."""

from __future__ import annotations

import asyncio
import json
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cli_runner import run
from desks import live_in
from processes import TOKEN, WITHOUT_FRONT_ENDS, Server

from bookstore.bookstore_config import BookstoreSettings
from bookstore.client.store_client import BookstoreClient
from bookstore.errors import BookstoreError
from bookstore.wiring import build_store

BUCKET = "books"
NO_NOTEBOOK = b"no notebook"
LARGE = 4000
CONFIGURED = f"""\
c.BookstoreSettings.local_bucket = "{BUCKET}"
c.BookstoreSettings.clone_max_bytes = {LARGE - 1}
"""
SHUT = """\
c.BookstoreSettings.enable_s3_cloning = False
c.BookstoreSettings.published_prefix = ""
"""
STORED = {
    "workspace/notes.txt": NO_NOTEBOOK,
    "workspace/gone.ipynb": NO_NOTEBOOK,
    "workspace/broken.ipynb": NO_NOTEBOOK,
    "published/broken.ipynb": NO_NOTEBOOK,
    "published/large.ipynb": b" " * LARGE,
}
LABELS = "workspace/.bookstore/labels/a.ipynb.json"
RESERVED = ".bookstore/labels/a.ipynb"
LONG_NAME = f"{'x' * 240}.ipynb"
LONG_KEY = f"{'k/' * 600}a.ipynb"


class Refusal(NamedTuple):
    """What somebody is told who does not get what they asked for."""

    status: int
    reason: str
    message: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A server, and what it has."""

    server: Server
    versions: dict[str, str]
    """The version IDs of the notebooks in its workspace, by path."""

    def filled(self, text: str) -> str:
        """*text*, with ``{a.ipynb}`` standing for that notebook's version."""
        for path, version in self.versions.items():
            text = text.replace(f"{{{path}}}", version)
        return text

    def by_http(self, verb: str, route: str, body: Any = None) -> Refusal:
        """What a request is answered."""
        body = body and json.loads(self.filled(json.dumps(body)))
        with pytest.raises(urllib.error.HTTPError) as refused:
            self.server.request(verb, f"api/bookstore/{self.filled(route)}", body)
        told = json.loads(refused.value.read())
        return Refusal(refused.value.code, told["reason"], told["message"], told["hint"])

    def by_client(self, call: Callable[[BookstoreClient, dict[str, str]], object]) -> Refusal:
        """What a call of the Python client raises."""
        client = BookstoreClient(url=self.server.url, token=TOKEN)
        with pytest.raises(BookstoreError) as refused:
            call(client, self.versions)
        error = refused.value
        return Refusal(error.status, error.reason, error.message, error.hint)

    def by_shell(self, *words: str) -> str:
        """What a command says."""
        ran = run(*map(self.filled, words))
        assert (ran.code, ran.out) == (1, "")
        return ran.err


async def _fill(settings: BookstoreSettings) -> dict[str, str]:
    store = build_store(settings, BUCKET)
    made = {}
    for key, body in STORED.items():
        version = await store.put(key, body, metadata={}, content_type="text/plain")
        made[key.removeprefix("workspace/")] = version.version_id
    await store.close()
    return made


@contextmanager
def place_in(home: Path, config: str) -> Iterator[Place]:
    """A server with this configuration, in whose folder commands are run."""
    with pytest.MonkeyPatch.context() as patched:
        live_in(home, patched)
        (home / "config").mkdir()
        (home / "config" / "jupyter_server_config.py").write_text(config)
        versions = asyncio.run(_fill(BookstoreSettings()))
        with Server(home=home, arguments=WITHOUT_FRONT_ENDS) as server:
            (server.root / "bad.ipynb").write_bytes(NO_NOTEBOOK)
            (server.root / ".hidden").mkdir()
            (server.root / ".hidden" / "a.ipynb").write_bytes(NO_NOTEBOOK)
            server.save("a.ipynb", "1")
            server.wait_until_delivered()
            route = "api/bookstore/versions/a.ipynb"
            [version] = server.request("GET", route)["versions"]
            versions["a.ipynb"] = version["version_id"]
            named = {"version_id": version["version_id"], "label": "good"}
            server.request("PATCH", route, named)
            yield Place(server=server, versions=versions)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server as it is by default, but for how much it clones."""
    with place_in(tmp_path_factory.mktemp("open"), CONFIGURED) as place:
        yield place


class Case(NamedTuple):
    """One bad request, as each of them asks it."""

    reason: str
    http: tuple[Any, ...]
    client: Callable[[BookstoreClient, dict[str, str]], object]
    shell: tuple[str, ...] = ()
    """Empty: a command cannot ask for that."""


SAVED = {"type": "notebook"}


def clone_of(key: str, bucket: str = BUCKET, **more: str) -> tuple[Any, ...]:
    """The request for a clone."""
    return ("POST", "cloned", {"s3_bucket": bucket, "s3_key": key, **more})


SWITCHED_OFF = {
    "to publish where that is switched off": Case(
        "forbidden",
        ("PUT", "published/a.ipynb", SAVED),
        lambda client, _: client.publish("a.ipynb"),
        ("publish", "a.ipynb"),
    ),
    "to unpublish where that is switched off": Case(
        "forbidden",
        ("DELETE", "published/a.ipynb"),
        lambda client, _: client.unpublish("a.ipynb"),
        ("publish", "a.ipynb", "--undo"),
    ),
    "what is published where that is switched off": Case(
        "forbidden",
        ("GET", "published"),
        lambda client, _: list(client.published()),
        ("published",),
    ),
    "to clone where that is switched off": Case(
        "forbidden",
        clone_of("workspace/a.ipynb"),
        lambda client, _: client.clone(s3_key="workspace/a.ipynb"),
        ("clone", "workspace/a.ipynb", "copies/"),
    ),
}
PUBLISHING = {
    "to publish what is no notebook": Case(
        "not_a_notebook",
        ("PUT", "published/notes.txt", SAVED),
        lambda client, _: client.publish("notes.txt"),
        ("publish", "notes.txt"),
    ),
    "to publish what is not there": Case(
        "not_found",
        ("PUT", "published/missing.ipynb", SAVED),
        lambda client, _: client.publish("missing.ipynb"),
        ("publish", "missing.ipynb"),
    ),
    "to publish what is hidden": Case(
        "not_found",
        ("PUT", "published/.hidden/a.ipynb", SAVED),
        lambda client, _: client.publish(".hidden/a.ipynb"),
        ("publish", ".hidden/a.ipynb"),
    ),
    "to publish what cannot be read": Case(
        "invalid_notebook",
        ("PUT", "published/bad.ipynb", SAVED),
        lambda client, _: client.publish("bad.ipynb"),
        ("publish", "bad.ipynb"),
    ),
    "to publish a name that is too long": Case(
        "bad_request",
        ("PUT", f"published/{LONG_NAME}", SAVED),
        lambda client, _: client.publish(LONG_NAME),
        ("publish", LONG_NAME),
    ),
    "to publish a path that is none": Case(
        "bad_request",
        ("PUT", "published/a//b.ipynb", SAVED),
        lambda client, _: client.publish("a//b.ipynb"),
    ),
    "to unpublish what is not published": Case(
        "object_not_found",
        ("DELETE", "published/a.ipynb"),
        lambda client, _: client.unpublish("a.ipynb"),
        ("publish", "a.ipynb", "--undo"),
    ),
}
CLONING = {
    "to clone bookstore's own": Case(
        "not_found",
        clone_of(LABELS),
        lambda client, _: client.clone(s3_key=LABELS),
        ("clone", LABELS),
    ),
    "to clone from a bucket that is not allowed": Case(
        "forbidden",
        clone_of("a.ipynb", bucket="somebody-elses"),
        lambda client, _: client.clone("somebody-elses", "a.ipynb"),
        ("clone", "s3://somebody-elses/a.ipynb"),
    ),
    "to clone from what is no bucket": Case(
        "bad_request",
        clone_of("a.ipynb", bucket="No Bucket"),
        lambda client, _: client.clone("No Bucket", "a.ipynb"),
        ("clone", "s3://No Bucket/a.ipynb"),
    ),
    "to clone what is not there": Case(
        "object_not_found",
        clone_of("published/missing.ipynb"),
        lambda client, _: client.clone(s3_key="published/missing.ipynb"),
        ("clone", "published/missing.ipynb"),
    ),
    "to clone a version that is not there": Case(
        "version_not_found",
        clone_of("workspace/a.ipynb", s3_version_id="missing"),
        lambda client, _: client.clone(s3_key="workspace/a.ipynb", s3_version_id="missing"),
        ("clone", "workspace/a.ipynb", "copy.ipynb", "--version-id", "missing"),
    ),
    "to clone a version whose ID is none": Case(
        "bad_request",
        clone_of("workspace/a.ipynb", s3_version_id="v" * 1025),
        lambda client, _: client.clone(s3_key="workspace/a.ipynb", s3_version_id="v" * 1025),
        ("clone", "workspace/a.ipynb", "copy.ipynb", "--version-id", "v" * 1025),
    ),
    "to clone a key that is too long": Case(
        "bad_request",
        clone_of(LONG_KEY),
        lambda client, _: client.clone(s3_key=LONG_KEY),
        ("clone", LONG_KEY, "copy.ipynb"),
    ),
    "to clone what is too large": Case(
        "too_large",
        clone_of("published/large.ipynb"),
        lambda client, _: client.clone(s3_key="published/large.ipynb"),
        ("clone", "published/large.ipynb"),
    ),
    "to clone what cannot be read": Case(
        "invalid_notebook",
        clone_of("published/broken.ipynb"),
        lambda client, _: client.clone(s3_key="published/broken.ipynb"),
        ("clone", "published/broken.ipynb"),
    ),
    "to clone a notebook as something else": Case(
        "bad_request",
        clone_of("workspace/a.ipynb", target_path="copy.txt"),
        lambda client, _: client.clone(s3_key="workspace/a.ipynb", target_path="copy.txt"),
        ("clone", "workspace/a.ipynb", "copy.txt"),
    ),
    "to clone into a hidden folder": Case(
        "bad_request",
        clone_of("workspace/a.ipynb", target_path=".hidden/a.ipynb"),
        lambda client, _: client.clone(s3_key="workspace/a.ipynb", target_path=".hidden/a.ipynb"),
        ("clone", "workspace/a.ipynb", ".hidden/a.ipynb"),
    ),
    "to clone below a file": Case(
        "conflict",
        clone_of("workspace/a.ipynb", target_path="a.ipynb/b.ipynb"),
        lambda client, _: client.clone(s3_key="workspace/a.ipynb", target_path="a.ipynb/b.ipynb"),
        ("clone", "workspace/a.ipynb", "a.ipynb/b.ipynb"),
    ),
}


def restore_to(target: str) -> Case:
    """Restoring ``a.ipynb`` as a copy."""
    return Case(
        "conflict" if target.startswith("a.ipynb/") else "bad_request",
        ("POST", "restore/a.ipynb", {"version_id": "{a.ipynb}", "target_path": target}),
        lambda client, version: client.restore("a.ipynb", version["a.ipynb"], target),
        ("restore", "a.ipynb", "{a.ipynb}", "--to", target),
    )


def name_it(**given: str) -> Case:
    """Naming the version of ``a.ipynb``."""
    words = ("label", "a.ipynb", "{a.ipynb}", *([given["label"]] if "label" in given else []))
    return Case(
        "bad_request",
        ("PATCH", "versions/a.ipynb", {"version_id": "{a.ipynb}", **given}),
        lambda client, version: client.label("a.ipynb", version["a.ipynb"], **given),
        (*words, *(["--note", given["note"]] if "note" in given else [])),
    )


HISTORY = {
    "to restore a notebook as something else": restore_to("copy.txt"),
    "to restore into a hidden folder": restore_to(".hidden/a.ipynb"),
    "to restore below a file": restore_to("a.ipynb/b.ipynb"),
    "to restore to a name that is too long": restore_to(LONG_NAME),
    "to restore bookstore's own": Case(
        "not_found",
        ("POST", f"restore/{RESERVED}", {"version_id": "{a.ipynb}"}),
        lambda client, version: client.restore(RESERVED, version["a.ipynb"]),
        ("restore", RESERVED, "{a.ipynb}"),
    ),
    "to restore a version that is not there": Case(
        "version_not_found",
        ("POST", "restore/a.ipynb", {"version_id": "missing"}),
        lambda client, _: client.restore("a.ipynb", "missing"),
    ),
    "to compare what is no notebook": Case(
        "not_a_notebook",
        ("GET", "diff/notes.txt?base={notes.txt}"),
        lambda client, version: client.diff("notes.txt", version["notes.txt"]),
        ("diff", "notes.txt", "{notes.txt}"),
    ),
    "to compare with a file that is gone": Case(
        "not_found",
        ("GET", "diff/gone.ipynb?base={gone.ipynb}"),
        lambda client, version: client.diff("gone.ipynb", version["gone.ipynb"]),
        ("diff", "gone.ipynb", "{gone.ipynb}"),
    ),
    "to compare what cannot be read": Case(
        "invalid_notebook",
        ("GET", "diff/broken.ipynb?base={broken.ipynb}&remote={broken.ipynb}"),
        lambda client, version: client.diff("broken.ipynb", *[version["broken.ipynb"]] * 2),
        ("diff", "broken.ipynb", "{broken.ipynb}", "{broken.ipynb}"),
    ),
    "for the history of bookstore's own": Case(
        "not_found",
        ("GET", f"versions/{RESERVED}"),
        lambda client, _: client.history(RESERVED),
        ("log", RESERVED),
    ),
    "for the history of a name that is too long": Case(
        "bad_request",
        ("GET", f"versions/{LONG_NAME}"),
        lambda client, _: client.history(LONG_NAME),
        ("log", LONG_NAME),
    ),
    "for a version that is not there": Case(
        "version_not_found",
        ("GET", "versions/a.ipynb?version_id=missing"),
        lambda client, _: client.version("a.ipynb", "missing"),
    ),
    "for a label that is too long": name_it(label="x" * 201),
    "for a label of two lines": name_it(label="one\ntwo"),
    "for a note that is too long": name_it(note="x" * 2001),
    "for a label that says nothing": Case(
        "bad_request",
        ("PATCH", "versions/a.ipynb", {"version_id": "{a.ipynb}"}),
        lambda client, version: client.label("a.ipynb", version["a.ipynb"]),
    ),
}


def check(place: Place, case: Case) -> None:
    """All of them are refused alike, and nothing comes of it."""
    files = sorted(place.server.root.rglob("*"))
    told = place.by_http(*case.http)
    assert told.reason == case.reason, told
    assert place.by_client(case.client) == told
    if case.shell:
        said = "".join(f"{text}\n" for text in (told.message, told.hint) if text)
        assert place.by_shell(*case.shell) == said
        assert place.by_shell(*case.shell, "--no-server") == said
    assert sorted(place.server.root.rglob("*")) == files


@pytest.mark.parametrize("asked", [*PUBLISHING, *CLONING, *HISTORY])
def test_who_asks_for_what_cannot_be_is_told_the_same(place: Place, asked: str) -> None:
    check(place, {**PUBLISHING, **CLONING, **HISTORY}[asked])


def test_who_asks_for_what_is_switched_off_is_told_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with place_in(tmp_path_factory.mktemp("shut"), CONFIGURED + SHUT) as place:
        for case in SWITCHED_OFF.values():
            check(place, case)
