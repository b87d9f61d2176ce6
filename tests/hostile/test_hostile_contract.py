"""nbgallery's contract on a Jupyter server, whose user's browser has pages of others open.

The same on a gallery by itself is in ``tests/gallery/hosts``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from contract_verbs import verbs_of
from hostile_kit import LISTED, Reply, Victim, as_bytes
from notebooks import notebook
from test_forged_requests import EVIL, Browser, browser, cookies
from test_hostile_api import BODIES, KINDS, TEXTS

from bookstore.gallery.contract.base import ContractHandler
from bookstore.gallery.contract.routes import CONTRACT

__all__ = ["browser", "cookies"]

ROOT = "/bookstore/nbgallery"
FIELDS = (
    *("agree", "staging_id", "title", "description", "tags", "private", "owner", "overwrite"),
    *("parent_uuid", "summary", "friendly_label", "notebook_id", "comment", "public", "shares"),
    *("star", "name", "url", "user_interface", "default", "smart_indent", "indent_unit"),
    *("tab_size", "lab_preferences", "uuid", "md5", "success", "runtime"),
)
ASKED = ("id", "q", "sort", "page", "count", "show_deprecated", "staged", "tags", "_", "use_admin")
FINE = {200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 413, 422, 429}


def requests_of(uuid: str) -> Iterator[tuple[str, str, type[ContractHandler]]]:
    """Yield each verb of each route, of a notebook."""
    for path, handler in CONTRACT.items():
        assert issubclass(handler, ContractHandler)
        for verb in verbs_of(handler):
            if verb == "DELETE" and path == "/notebooks/{id}":
                continue  # it is needed
            yield verb, ROOT + path.replace("{id}", uuid), handler


@pytest.fixture(scope="module")
def uuid(victim: Victim) -> str:
    """A private notebook of the user's in the gallery."""
    told = {"title": "Hostile tides", "description": "When.", "content": notebook("secret()")}
    published: str = victim.send("POST", "/api/bookstore/gallery/notebooks", told).json["uuid"]
    return published


def told_to_others(reply: Reply) -> dict[str, str]:
    return {
        name: value
        for name, value in reply.headers.items()
        if name.lower().startswith("access-control-")
    }


@pytest.mark.parametrize("origin", [EVIL, "null", f"{LISTED}.evil.example", ""])
def test_a_page_that_is_not_listed_learns_and_changes_nothing(
    victim: Victim, browser: Browser, uuid: str, origin: str
) -> None:
    about = f"/api/bookstore/gallery/notebooks/{uuid}"
    before = victim.get(about).json
    for verb, route, _ in requests_of(uuid):
        body = None if verb == "GET" else b"agree=yes&title=Forged&star=1&public=yes"
        form = {"Content_Type": "application/x-www-form-urlencoded"} if body else {}
        reply = browser.send(verb, route, body, Origin=origin, **form)
        assert reply.status == 403, (verb, route)
        assert told_to_others(reply) == {}
        assert "secret" not in reply.text
    assert victim.get(about).json == before


def test_a_listed_page_reads_and_uploads_and_does_nothing_else(
    victim: Victim, browser: Browser, uuid: str
) -> None:
    """Neither what it sends nor a mark that it cannot have helps it."""
    about = f"/api/bookstore/gallery/notebooks/{uuid}"
    before = victim.get(about).json
    for verb, route, handler in requests_of(uuid):
        body = None if verb == "GET" else b"agree=yes&title=Forged&star=1&public=yes"
        form = {"Content_Type": "application/x-www-form-urlencoded"} if body else {}
        reply = browser.send(verb, route, body, Origin=LISTED, **form)
        if verb in handler.shared:
            assert reply.status != 403, (verb, route)
            assert reply.headers["Access-Control-Allow-Origin"] == LISTED
            assert reply.headers["Access-Control-Allow-Credentials"] == "true"
        else:
            assert reply.status == 403, (verb, route)
            assert told_to_others(reply) == {}
    assert victim.get(about).json == before
    sent = as_bytes(notebook("1"))
    reply = browser.send(
        "POST", f"{ROOT}/stages?agree=yes", sent, Origin=LISTED, Content_Type="text/plain"
    )
    assert reply.status == 201
    form = b"title=Forged&description=x&_xsrf=guessed&staged=" + reply.json["staging_id"].encode()
    kind = "application/x-www-form-urlencoded"
    for origin in (LISTED, EVIL, ""):
        forged = browser.send("POST", f"{ROOT}/form", form, Origin=origin, Content_Type=kind)
        assert forged.status in (403, 404)
    page = browser.send("GET", f"{ROOT}/form?staged={reply.json['staging_id']}")
    assert page.status == 200
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_what_lies_beside_the_contract_is_not_opened_with_it(
    victim: Victim, browser: Browser, uuid: str
) -> None:
    for route in (
        "/api/contents",
        "/api/bookstore",
        "/api/bookstore/gallery/notebooks",
        f"/api/bookstore/gallery/notebooks/{uuid}",
        "/bookstore/gallery",
    ):
        assert told_to_others(browser.send("GET", route, Origin=LISTED)) == {}, route


@pytest.mark.parametrize("text", TEXTS)
def test_no_field_and_no_name_breaks_anything(victim: Victim, uuid: str, text: str) -> None:
    """Each field is that text, and then each name in the address."""
    form = dict.fromkeys(FIELDS, text)
    asked = dict.fromkeys(ASKED, text)
    for verb, route, _ in requests_of(uuid):
        if verb == "GET":
            reply = victim.get(route, **asked)
        else:
            reply = victim.send(verb, route, form={**form, "agree": "yes"})
        assert reply.status in FINE, (verb, route, reply.status)
    name = quote(text.encode("utf-8", "surrogatepass"), safe="")
    for path in CONTRACT:
        route = path
        for each in ("id", "title", "tag", "name", "gid", "lang", "number", "staging_id"):
            route = route.replace(f"{{{each}}}", name)
        if route != path:
            reply = victim.send("GET", ROOT + route, headers={"Accept": "text/html"})
            assert reply.status in FINE, (route, reply.status)
            assert reply.headers.get("Location", "/").startswith("/"), route
            assert "X-Injected" not in reply.headers


@pytest.mark.parametrize("kind", KINDS)
def test_no_body_of_any_kind_breaks_anything(victim: Victim, uuid: str, kind: str) -> None:
    for route in ("stages", f"notebooks/{uuid}/diff", "notebooks", "executions", "preferences"):
        for body in BODIES:
            headers = {"Content-Type": kind}
            reply = victim.send("POST", f"{ROOT}/{route}?agree=yes", body, headers=headers)
            assert reply.status in FINE, (route, body[:20], reply.status)


def test_a_description_that_is_a_script_is_text_wherever_it_goes(victim: Victim, uuid: str) -> None:
    told: dict[str, Any] = {
        "title": "<script>alert(1)<script>",
        "description": "<script>x</script>",
    }
    victim.send("PATCH", f"/api/bookstore/gallery/notebooks/{uuid}", told)
    for route in (f"/notebooks/{uuid}/metadata", "/notebooks", f"/notebooks/{uuid}/download"):
        reply = victim.send("GET", ROOT + route)
        assert "text/html" not in reply.headers["Content-Type"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
