"""What is true of every route: who may ask, and how errors go out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from http_helpers import Call, put
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from memory_fixtures import BUCKET
from notebooks import notebook
from tornado.web import HTTPError

from bookstore.handlers import ROUTES, load_jupyter_server_extension
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def verbs_of(handler: type) -> list[str]:
    return [verb for verb in VERBS if verb.lower() in vars(handler)]


EVERY_ROUTE = pytest.mark.parametrize(
    ("verb", "route"),
    [
        (verb, route.path.replace("{path}", "a.ipynb"))
        for route in ROUTES
        for verb in verbs_of(route.handler)
    ],
)
JSON_ROUTES = pytest.mark.parametrize(
    ("verb", "route"),
    [
        ("PUT", "/api/bookstore/published/a.ipynb"),
        ("PUT", "/api/bookstore/publish/a.ipynb"),
        ("POST", "/api/bookstore/cloned"),
        ("POST", "/api/bookstore/clone"),
        ("POST", "/api/bookstore/fs-clone"),
        ("POST", "/api/bookstore/gallery-clone"),
    ],
)


class Refusing(Authorizer):
    """Lets nobody do anything, and remembers what was asked."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        handler.settings.setdefault("asked", []).append((action, resource))
        return False


@EVERY_ROUTE
async def test_every_verb_asks_the_authorizer_for_bookstore(
    call: Call, server: ServerApp, verb: str, route: str
) -> None:
    server.web_app.settings["authorizer"] = Refusing()
    answer = await call(verb, route, json_body={} if verb != "GET" else None)
    assert answer.status == 403
    action = "read" if verb == "GET" else "write"
    assert server.web_app.settings["asked"] == [(action, "bookstore")]


@EVERY_ROUTE
async def test_every_verb_needs_a_user(call: Call, verb: str, route: str) -> None:
    """People who look at a page are sent to sign in; everybody else is refused."""
    pages = {
        "/bookstore/clone",
        "/bookstore/fs-clone",
        "/bookstore/gallery-clone",
        "/api/bookstore/cloned",
    }
    answer = await call(verb, route, json_body={} if verb != "GET" else None, with_token=False)
    assert answer.status == (302 if verb == "GET" and route in pages else 403)


@pytest.mark.parametrize("route", [route.path.replace("{path}", "a.ipynb") for route in ROUTES])
async def test_other_verbs_are_405_and_say_which_there_are(call: Call, route: str) -> None:
    (handler,) = {
        entry.handler for entry in ROUTES if entry.path.replace("{path}", "a.ipynb") == route
    }
    for verb in {"PATCH", "POST", "DELETE", "PUT", "GET", "TRACE"} - set(verbs_of(handler)):
        answer = await call(verb, route)
        assert answer.status == 405, verb
        assert set(verbs_of(handler)) <= set(answer.headers["Allow"].split(", "))


NOT_OBJECTS = [
    "",
    "   ",
    "nonsense",
    "[]",
    "7",
    '"text"',
    "null",
    "true",
    '{"s3_key": NaN}',
    '{"s3_key": -Infinity}',
    '{"s3_key": 1e999}',
    b'{"s3_key": "\xff"}',
    '{"s3_key": ' + "9" * 10_000 + "}",
    "[" * 100_000,
    '{"a":' * 100_000,
]
ODD_VALUES = ["\ud800", "\0", "", " ", "/", "..", "x" * 9999, 1, 1.5, 10**300, -0.0, True, None]
ODD_VALUES += [[], {}, ["a"]]


@JSON_ROUTES
async def test_what_is_not_a_json_object_is_400(call: Call, verb: str, route: str) -> None:
    """2.5.1 answered 500."""
    for body in NOT_OBJECTS:
        assert (await call(verb, route, body=body)).is_error(400, "bad_request"), body[:50]


@pytest.mark.parametrize("field", ["s3_bucket", "s3_key", "s3_version_id", "target_path"])
async def test_no_value_of_any_field_is_a_server_error(
    call: Call, store: MemoryStore, field: str
) -> None:
    await put(store, "a.ipynb", notebook("1"))
    for value in ODD_VALUES:
        body = {"s3_bucket": BUCKET, "s3_key": "a.ipynb", field: value}
        answer = await call("POST", "/api/bookstore/clone", json_body=body)
        assert answer.status in (200, 400, 404), value


@pytest.mark.parametrize(
    "path",
    ["%00", "%2e%2e", "..%2f..%2fa.ipynb", "%ff", "a%0ab.ipynb", "%F0%9F%98%80.ipynb", "%20"],
)
async def test_no_path_is_a_server_error(call: Call, path: str) -> None:
    body = {"type": "notebook"}
    answer = await call("PUT", f"/api/bookstore/published/{path}", json_body=body)
    assert answer.status in (400, 404, 415)


async def test_an_error_that_is_not_ours_tells_nothing_of_the_inside(
    call: Call, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*, limit: int) -> None:
        raise RuntimeError("secret in the inside")

    monkeypatch.setattr(bookstore.outbox, "entries", fail)
    answer = await call("GET", "/api/bookstore/status")
    assert answer.is_error(500, "internal_server_error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("route", ["/api/bookstore/clone", "/bookstore/clone"])
@pytest.mark.parametrize("status", [400, 403, 500])
async def test_what_the_contents_manager_refuses_keeps_its_status_and_no_server_path(
    call: Call,
    store: MemoryStore,
    server: ServerApp,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    route: str,
    status: int,
) -> None:
    async def refuse(model: dict[str, Any], path: str) -> None:
        raise HTTPError(status, f"No room at 100%: {root}/{path} in {root}")

    await put(store, "a.ipynb", notebook("1"))
    monkeypatch.setattr(server.contents_manager, "save", refuse)
    asked = {"s3_bucket": BUCKET, "s3_key": "a.ipynb"}
    sent: dict[str, Any] = {"json_body": asked} if "api" in route else {"form": asked}
    answer = await call("POST", route, **sent)
    assert answer.status == status
    assert str(root) not in answer.text
    assert "No room at 100%: a.ipynb" in answer.text


async def test_loading_the_extension_twice_changes_nothing(server: ServerApp) -> None:
    before = dict(server.web_app.settings), len(server.web_app.default_router.rules)
    load_jupyter_server_extension(server)
    assert (dict(server.web_app.settings), len(server.web_app.default_router.rules)) == before


async def test_errors_are_json_even_where_pages_live_too(call: Call) -> None:
    """``/api/bookstore/cloned`` shows people a page and answers programs in JSON."""
    page = await call("GET", "/api/bookstore/cloned")
    assert page.headers["Content-Type"].startswith("text/html")
    answer = await call("POST", "/api/bookstore/cloned", body="")
    assert json.loads(answer.body)["reason"] == "bad_request"


@pytest.mark.parametrize(
    ("verb", "route"),
    [
        (verb, route.path.removesuffix("{path}"))
        for route in ROUTES
        if route.path.endswith("{path}")
        for verb in verbs_of(route.handler)
    ],
)
@pytest.mark.parametrize("path", ["../ada/secret.ipynb", "a/../../b.ipynb", "a//b.ipynb"])
async def test_a_path_that_is_refused_is_quoted_whole(
    call: Call, verb: str, route: str, path: str
) -> None:
    answer = await call(
        verb, route + quote(path, safe=""), json_body=None if verb in ("GET", "DELETE") else {}
    )
    assert answer.is_error(400, "bad_request")
    assert "path must be names with single slashes" in answer.json["message"]
    assert f"'{path}'" in answer.json["message"]


async def test_a_field_that_is_refused_is_quoted_whole(call: Call) -> None:
    fields = {"s3_bucket": BUCKET, "s3_key": "a.ipynb", "target_path": "/../ada/b.ipynb"}
    answer = await call("POST", "/api/bookstore/clone", json_body=fields)
    assert answer.is_error(400, "bad_request")
    assert "target_path must be names" in answer.json["message"]
    assert "'/../ada/b.ipynb'" in answer.json["message"]
