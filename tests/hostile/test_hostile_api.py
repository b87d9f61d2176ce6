"""Each field of each operation that the OpenAPI document names is sent what it never should hold.

What is sent at random, and answered as documented, is in ``tests/http/test_schemathesis.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import yaml
from hostile_kit import BUCKET, SCRIPT, Reply, Victim, as_bytes
from notebooks import notebook

DOCUMENT = Path(__file__).parents[2] / "docs" / "source" / "bookstore_api.yaml"
TEXTS = [
    "",
    " ",
    "\0",
    "a\0.ipynb",
    "\r\nX-Injected: 1",
    "/",
    "..",
    "../../../../etc/passwd",
    "..\\..\\x",
    "%2e%2e%2f",
    "%252e%252e%252f",
    "{username}",
    "%s%n%d{0}{x}${x}#{x}",
    "';--\" OR 1=1",
    "{{7*7}}{% raw %}",
    SCRIPT,
    "x" * 5_000,
    "\u202e\ufeff\u2028\x7f\x1b[31m",
    "\U0001f600" * 50,
    "\ud800",
    "9" * 5_000,
    "NaN",
    "1e400",
    "-1",
    "0x10",
    "²",
    "save:",
    "save:" + "0" * 32,
    "null",
    "W10",
]
VALUES: list[Any] = [
    *TEXTS,
    None,
    True,
    0,
    -1,
    10**300,
    1.5,
    -0.0,
    [],
    {},
    [[]],
    ["a"],
    {"a": {"b": "c"}},
    [{}] * 1_000,
]
BODIES = [
    b"",
    b" ",
    b"nonsense",
    b"[]",
    b"7",
    b"null",
    b'"text"',
    b"{",
    b"{}}",
    b"{\xff}",
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": 1e400}',
    b'{"a": ' + b"9" * 10_000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"a": "\xed\xa0\x80"}',
    "{}".encode("utf-16"),
    "{}".encode("utf-32"),
    b"\xef\xbb\xbf{}",
    b"a=b&c=d",
    b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--",
]
KINDS = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain; charset=utf-7",
    "application/json; charset=nonsense",
    "\xff",
]


class Operation(NamedTuple):
    """One operation of the document, with values that it takes."""

    method: str
    route: str
    query: dict[str, Any]
    body: dict[str, Any]
    is_form: bool

    def sent(self, victim: Victim, place: str, /, **changed: Any) -> Reply:
        """Send it, at *place*, with *changed* fields of the query or the body."""
        query = {name: changed.get(name, value) for name, value in self.query.items()}
        body = {name: changed.get(name, value) for name, value in self.body.items()}
        asked = "&".join(f"{name}={_in_url(value)}" for name, value in query.items())
        target = f"{self.route.replace('{path}', place)}?{asked}"
        if self.is_form:
            return victim.send(self.method, target, form={n: str(v) for n, v in body.items()})
        return victim.send(self.method, target, body if self.body else None)


def _in_url(value: Any) -> str:
    return quote(str(value), safe="", errors="surrogatepass")


def operations() -> Iterator[Operation]:
    """Read what there is from the document, so that what is new is attacked, too."""
    document = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))

    def resolved(found: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in found:
            inner: Any = document
            for name in found["$ref"].removeprefix("#/").split("/"):
                inner = inner[name]
            found = inner
        return found

    for route, verbs in document["paths"].items():
        for method in verbs.keys() & {"get", "put", "post", "patch", "delete"}:
            operation = verbs[method]
            parameters = map(resolved, operation.get("parameters", ()))
            query = [each["name"] for each in parameters if each["in"] == "query"]
            contents = resolved(operation.get("requestBody", {})).get("content", {})
            fields: list[str] = []
            for content in contents.values():
                fields += resolved(content["schema"]).get("properties", {})
            is_form = "application/x-www-form-urlencoded" in contents
            yield Operation(
                method.upper(),
                route,
                {name: AIM[name] for name in query},
                {name: AIM[name] for name in fields},
                is_form,
            )


AIM: dict[str, Any] = {
    "s3_bucket": BUCKET,
    "s3_key": "workspace/target.ipynb",
    "s3_version_id": "",
    "target_path": "copies/target.ipynb",
    "relpath": "a.ipynb",
    "type": "notebook",
    "content": notebook("2"),
    "version_id": "{version}",
    "version_path": "target.ipynb",
    "base": "{version}",
    "base_path": "target.ipynb",
    "remote": "{version}",
    "remote_path": "target.ipynb",
    "in_editor": False,
    "mend": False,
    "label": "a label",
    "note": "a note",
    "limit": 5,
    "cursor": "",
    "after": "",
    "before": "",
    "address": "bookstore://target.ipynb",
    "of": "target.ipynb",
    "result": "bookstore://runs/target.ipynb",
    "parameters": {"day": "Monday"},
    "kernel": "",  # the notebook names none, so nothing runs
    "timeout_s": 1,
    "path": "target.ipynb",
    "uuid": None,
    "title": "A title",
    "description": "What it is about.",
    "tags": ["tides"],
    "owner": None,
    "public": True,
    "summary": "",
    "keep_outputs": False,
    "overwrite": False,
    "or_request_change": False,
    "comment": "",
    "attributes": {},
    "token": None,
    "parent_uuid": None,
    "gallery": "https://gallery.example.org/",
    "notebook": "target",
    "ticket_code": "",
    "revision": "",
    "shelf": "mine",
    "cell": "0",
    "scheme": "dark",
    "q": "target",
    "text": "1 + 1",
    "author": "",
    "kind": "",
    "sort": "updated",
    "order": "time",
    "actor": "somebody",
    "since": "{version}",
    "deprecated": "0",
    "facets": "0",
    "hours": 2,
    "folder": "work",
    "joined": True,
    "published": "0",
    "viewers": [],
    "editors": [],
    "expires_at": "2030-01-01T00:00:00Z",
    "may_edit": False,
    "reason": "Too old.",
    "alternatives": [],
    "may_be_run": True,
    "url": "/bookstore/gallery/nb/x",
    "format": "json",
}
"""What each field may hold; a field that is new has to be added."""
OPERATIONS = sorted(operations(), key=lambda operation: (operation.route, operation.method))


class Target(NamedTuple):
    """What is there to be attacked."""

    version: str
    """The first of two versions of a notebook."""
    uuid: str
    """That notebook in the gallery."""


def aimed(operation: Operation, target: Target) -> Operation:
    def fill(values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: target.version if value == "{version}" else value
            for name, value in values.items()
        }

    query = fill(operation.query)
    if operation.route.endswith("versions/{path}") and operation.method == "GET":
        query["content"] = "1"
    route = operation.route.replace("{uuid}", target.uuid).replace("{run_id}", "20261128T1-0")
    return operation._replace(route=route, query=query, body=fill(operation.body))


@pytest.fixture(scope="module")
def target(victim: Victim) -> Target:
    """A notebook with two versions, which is in the gallery."""
    victim.write("target.ipynb", as_bytes(notebook("first")))
    victim.newest("target.ipynb")
    victim.wait_until_delivered()
    first = victim.newest("target.ipynb")
    victim.save("target.ipynb", "second")
    victim.wait_until_delivered()
    words = {
        "path": "target.ipynb",
        "title": "The target",
        "description": "Hit me.",
        "public": True,
    }
    published = victim.send("POST", "/api/bookstore/gallery/notebooks", words)
    assert published.status == 201, published.text
    return Target(first, published.json["uuid"])


def is_answered(reply: Reply) -> bool:
    """Is it an answer of which no browser makes anything, and that tells nothing of our inside?"""
    if reply.status != 501 or reply.json["reason"] != "other_format":  # as oEmbed has it
        assert reply.status < 500, reply.text[:300]
    assert "X-Injected" not in reply.headers
    assert b"Traceback" not in reply.body
    assert b"site-packages" not in reply.body
    if reply.headers.get("Content-Type", "").startswith("application/json"):
        assert reply.json is not None
        if reply.status >= 400 and "reason" in reply.json:
            assert set(reply.json) - {"problems"} == {"message", "reason", "hint"}
            problems = reply.json.get("problems", [])
            assert len(reply.body) < 2_500 + 2_500 * len(problems)
    elif reply.body:
        assert SCRIPT not in reply.text
    return True


def name_of(operation: Operation) -> str:
    return f"{operation.method} {operation.route}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_no_value_of_any_field_is_a_server_error(
    victim: Victim, target: Target, operation: Operation
) -> None:
    operation = aimed(operation, target)
    for name in (*operation.query, *operation.body):
        for value in VALUES:
            reply = operation.sent(victim, "target.ipynb", **{name: value})
            assert is_answered(reply), (name, value)


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_no_body_of_any_kind_is_a_server_error(
    victim: Victim, target: Target, operation: Operation
) -> None:
    operation = aimed(operation, target)
    place = operation.route.replace("{path}", "target.ipynb")
    for number, body in enumerate(BODIES):
        kind = KINDS[number % len(KINDS)]
        for headers in ({"Content-Type": kind}, {"Content-Type": "application/json"}):
            assert is_answered(victim.send(operation.method, place, body, headers=headers))


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_what_is_asked_twice_or_for_nothing_is_answered(
    victim: Victim, target: Target, operation: Operation
) -> None:
    operation = aimed(operation, target)
    route = operation.route.replace("{path}", "target.ipynb")
    twice = "&".join(f"{name}=a&{name}=b&{name}" for name in [*AIM, "%ff", "", "a[]", "__proto__"])
    for query in (twice, "&" * 500, "=" * 500, "%", "%zz", "%ff=%ff", "\xff", "a=%00", ";" * 100):
        sent = query.encode("latin-1").decode("latin-1") if query.isascii() else quote(query)
        reply = victim.send(operation.method, f"{route}?{sent}", operation.body or None)
        assert is_answered(reply), query
    for method in ("HEAD", "OPTIONS", "TRACE", "PROPFIND", "get"):
        reply = victim.send(method, route)
        assert reply.status in (200, 204, 302, 400, 403, 404, 405, 501), method


def test_nothing_was_lost(victim: Victim, target: Target) -> None:
    """After all of that, in whatever order: the versions there were, and the file."""
    query = {"version_id": target.version, "content": "1", "type": "file"}
    content = victim.get("/api/bookstore/versions/target.ipynb", **query).json["content"]
    assert json.loads(content) == json.loads(as_bytes(notebook("first")))
    victim.wait_until_delivered()
    listed = victim.get("/api/bookstore/versions/target.ipynb").json
    assert len(listed["versions"]) >= 2
    told = [each["version_id"] for each in listed["versions"]]
    assert victim.newest("target.ipynb") == told[0]
    newest = victim.get(
        "/api/bookstore/versions/target.ipynb", **{**query, "version_id": told[0]}
    ).json["content"]
    assert newest == (victim.root / "target.ipynb").read_text()
