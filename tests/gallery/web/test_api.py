"""The JSON API does what the pages do, and tells all that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from gallery_web import API, Publish, by, ipynb
from http_helpers import Call
from jupyter_server.serverapp import ServerApp

from bookstore.gallery.api import routes as api_routes
from bookstore.gallery.web import routes as page_routes

pytestmark = pytest.mark.usefixtures("identity")
ONE = f"{API}/nothing"


async def test_a_notebook_is_published_found_read_changed_and_deleted(call: Call) -> None:
    told = {"title": "Tides", "description": "When.", "tags": ["Sea"], "content": ipynb("tide()")}
    made = await call("POST", API, json_body=told)
    assert made.status == 201
    uuid = made.json["uuid"]
    assert made.json["url"].endswith(f"/bookstore/gallery/nb/{uuid}")

    found = (await call("GET", f"{API}?q=tide&facets=1")).json
    [row] = found["notebooks"]
    assert (row["uuid"], row["owner"], row["tags"]) == (uuid, "ada", ["sea"])
    assert {each["field"] for each in row["snippets"]} == {"title", "source"}
    assert row["created_at"].endswith(("Z", "+00:00"))
    assert found["count"] == {"value": 1, "is_exact": True}
    assert found["facets"]["languages"] == [{"value": "python", "count": 1}]

    changed = await call("PATCH", f"{API}/{uuid}", json_body={"title": "Ebb", "public": True})
    assert (changed.json["title"], changed.json["public"]) == ("Ebb", True)
    assert changed.json["description"] == "When."
    await call("PUT", f"{API}/{uuid}/star")
    assert (await call("GET", f"{API}/{uuid}")).json["is_starred"]
    assert (await call("DELETE", f"{API}/{uuid}/star")).json["stars"] == 0
    assert (await call("DELETE", f"{API}/{uuid}")).json == {"uuid": uuid}
    assert (await call("GET", f"{API}/{uuid}")).is_error(404, "no_such_notebook")


async def test_a_revision_is_one_of_the_same_notebook(call: Call, publish: Publish) -> None:
    uuid = await publish("first()")
    told = {"uuid": uuid, "content": ipynb("second()"), "summary": "Better", "label": "v2"}
    again = await call("POST", API, json_body=told)
    assert again.status == 200
    assert again.json["uuid"] == uuid
    newest, oldest = (await call("GET", f"{API}/{uuid}/revisions")).json["revisions"]
    assert (newest["summary"], newest["label"]) == ("Better", "v2")
    before = await call("GET", f"{API}/{uuid}?content=1&revision={oldest['id']}")
    assert before.json["content"]["cells"][0]["source"] == "first()"


async def test_what_is_saved_at_a_path_is_published(call: Call) -> None:
    body = {"type": "notebook", "content": ipynb("tide()")}
    await call("PUT", "/api/contents/a.ipynb", json_body=body)
    told = {"title": "Tides", "description": "When.", "path": "a.ipynb"}
    assert (await call("POST", API, json_body=told)).status == 201
    missing = await call("POST", API, json_body={**told, "path": "b.ipynb"})
    assert missing.is_error(404, "not_found")


async def test_all_that_is_refused_is_told_at_once(call: Call, publish: Publish) -> None:
    told = {"title": "a/b", "description": "", "tags": ["trusted"], "label": "far too long a label"}
    answer = await call("POST", API, json_body=told)
    assert answer.status == 422
    assert answer.json["reason"] == "publication_refused"
    fields = {each["field"] for each in answer.json["problems"]}
    assert fields == {"notebook", "title", "description", "tags", "label"}
    assert all(each["allowed"] for each in answer.json["problems"])

    uuid = await publish(title="Before")
    wrong = {"title": "After", "description": " ", "tags": "trusted"}
    refused = await call("PATCH", f"{API}/{uuid}", json_body=wrong)
    assert {each["field"] for each in refused.json["problems"]} == {"description", "tags"}
    assert (await call("GET", f"{API}/{uuid}")).json["title"] == "Before"


@pytest.mark.parametrize(
    ("verb", "route", "body", "status"),
    [
        ("GET", f"{API}?limit=0", None, 400),
        ("GET", f"{API}?q=%22open", None, 422),
        ("GET", f"{API}?sort=nothing", None, 400),
        ("GET", f"{API}?after=nothing", None, 400),
        ("GET", f"{API}?facets=perhaps", None, 400),
        ("GET", ONE, None, 404),
        ("GET", f"{ONE}/revisions", None, 404),
        ("POST", API, [], 400),
        ("POST", API, {"title": 5}, 400),
        ("POST", API, {"title": "a", "tags": [5]}, 400),
        ("POST", API, {"attributes": []}, 422),
        ("POST", API, {"attributes": [1]}, 400),
        ("POST", API, {"content": ["no", "notebook"]}, 422),
        ("PATCH", ONE, {"title": "a"}, 404),
        ("DELETE", ONE, None, 404),
        ("PUT", f"{ONE}/star", None, 404),
        ("POST", f"{ONE}/clone", {}, 404),
        ("GET", "/api/bookstore/gallery/nothing", None, 404),
        ("PUT", API, {}, 405),
    ],
)
async def test_what_cannot_be_is_an_error_with_words(
    call: Call, verb: str, route: str, body: Any, status: int
) -> None:
    answer = await call(verb, route, json_body=body)
    assert answer.status == status, answer.text
    assert answer.json["message"]


async def test_what_is_private_is_nobody_elses(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Mine")
    public = await publish(title="Ours", public=True)
    bob = by("bob")
    found = (await call("GET", API, headers=bob)).json["notebooks"]
    assert [each["uuid"] for each in found] == [public]
    for verb, route in (
        ("GET", uuid),
        ("GET", f"{uuid}/revisions"),
        ("PATCH", uuid),
        ("DELETE", uuid),
        ("PUT", f"{uuid}/star"),
        ("POST", f"{uuid}/clone"),
    ):
        answer = await call(verb, f"{API}/{route}", json_body={"title": "Taken"}, headers=bob)
        assert answer.status == 404, (verb, route)
    for verb in ("PATCH", "DELETE"):
        answer = await call(verb, f"{API}/{public}", json_body={"title": "Taken"}, headers=bob)
        assert answer.is_error(403, "not_allowed")


@pytest.mark.parametrize("gallery_config", [{"administrators": ["cy"]}])
async def test_administrators_see_all_when_they_ask_as_such(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Mine")
    assert (await call("GET", f"{API}/{uuid}", headers=by("cy"))).status == 404
    assert (await call("GET", f"{API}/{uuid}?use_admin=true", headers=by("cy"))).status == 200
    assert (await call("GET", f"{API}/{uuid}?use_admin=true", headers=by("bob"))).status == 404


async def test_a_clone_is_saved_where_it_is_wished(call: Call, publish: Publish) -> None:
    uuid = await publish(title="Tides", public=True)
    route = f"{API}/{uuid}/clone"
    copy = await call("POST", route, json_body={"target_path": "a/b.ipynb"}, headers=by("bob"))
    assert copy.json["path"] == "a/b.ipynb"
    assert copy.json["open_url"].endswith("/a/b.ipynb")
    wrong = await call("POST", route, json_body={"target_path": "../b.ipynb"}, headers=by("bob"))
    assert wrong.is_error(400, "bad_request")


async def test_typing_suggests_titles_and_tags(call: Call, publish: Publish) -> None:
    await publish(title="Tides of the north", tags="tidal", public=True)
    await publish(title="Tidy rooms", name="bob")
    told = (await call("GET", "/api/bookstore/gallery/suggestions?q=tid")).json
    assert told == {"titles": ["Tides of the north"], "tags": ["tidal"]}


async def test_every_verb_behind_the_door_asks_who_it_is(server: ServerApp) -> None:
    """Jupyter looks at the handlers that it is given, and not behind the door."""
    routes = (*api_routes.ROUTES, api_routes.NOWHERE, *page_routes.ROUTES)
    check = server.web_app._check_handler_auth
    assert [told for route in routes for told in check(route.path, route.handler)] == []
