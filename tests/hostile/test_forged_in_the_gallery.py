"""A page of somebody else changes nothing in the gallery, though the user's browser sends it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hostile_kit import Victim
from notebooks import notebook
from test_forged_requests import EVIL, FORGERIES, Browser, browser, cookies

from bookstore.gallery.api.routes import ROUTES as API
from bookstore.gallery.web.routes import ROUTES as PAGES

__all__ = ["browser", "cookies"]

WORDS = {"title": "Forged", "description": "By a page of somebody else."}
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/bookstore/gallery/notebooks", {**WORDS, "content": notebook("1")}),
    ("PATCH", "/api/bookstore/gallery/notebooks/{uuid}", {"title": "Forged", "public": True}),
    ("DELETE", "/api/bookstore/gallery/notebooks/{uuid}", {}),
    ("PUT", "/api/bookstore/gallery/notebooks/{uuid}/star", {}),
    ("DELETE", "/api/bookstore/gallery/notebooks/{uuid}/star", {}),
    ("PUT", "/api/bookstore/gallery/notebooks/{uuid}/shares", {"viewers": []}),
    (
        "POST",
        "/api/bookstore/gallery/notebooks/{uuid}/links",
        {"expires_at": "2030-01-01T00:00:00Z"},
    ),
    ("DELETE", "/api/bookstore/gallery/notebooks/{uuid}/links/{number}", {}),
    ("PUT", "/api/bookstore/gallery/notebooks/{uuid}/deprecation", {"reason": "Forged."}),
    ("DELETE", "/api/bookstore/gallery/notebooks/{uuid}/deprecation", {}),
    ("POST", "/api/bookstore/gallery/notebooks/{uuid}/restore", {}),
    ("POST", "/api/bookstore/gallery/notebooks/{uuid}/clone", {}),
    ("POST", "/api/bookstore/gallery/notebooks/{uuid}/diff", {"content": notebook("1")}),
    ("POST", "/bookstore/gallery/publish", {**WORDS, "path": "mine.ipynb"}),
    ("POST", "/bookstore/gallery/nb/{uuid}/edit", {**WORDS, "public": "true"}),
    ("POST", "/bookstore/gallery/nb/{uuid}/share", {"viewers": "anybody"}),
    ("POST", "/bookstore/gallery/nb/{uuid}/link", {"days": "7"}),
    ("POST", "/bookstore/gallery/nb/{uuid}/revoke", {"number": "1"}),
    ("POST", "/bookstore/gallery/nb/{uuid}/give", {"name": "anybody"}),
    ("POST", "/bookstore/gallery/nb/{uuid}/deprecate", {"reason": "Forged."}),
    ("POST", "/bookstore/gallery/nb/{uuid}/delete", {}),
    ("POST", "/bookstore/gallery/nb/{uuid}/restore", {}),
    ("POST", "/bookstore/gallery/nb/{uuid}/star", {"starred": "true"}),
    ("POST", "/bookstore/gallery/nb/{uuid}/clone", {}),
    ("POST", "/bookstore/gallery/nb/{uuid}/open", {"url": "https://evil.test/"}),
]


@pytest.fixture(scope="module")
def uuid(victim: Victim) -> str:
    """A private notebook of the user's in the gallery, and one among the files."""
    victim.save("mine.ipynb", "1")
    told = {"title": "Tides", "description": "When.", "content": notebook("tide()")}
    published: str = victim.send("POST", "/api/bookstore/gallery/notebooks", told).json["uuid"]
    return published


def everything(victim: Victim) -> tuple[Any, ...]:
    """What the gallery has, and the names of the user's files."""
    found = victim.send("GET", "/api/bookstore/gallery/notebooks").json
    return found["notebooks"], sorted(file.name for file in victim.root.iterdir())


def test_every_verb_that_writes_is_tried() -> None:
    verbs = {
        (verb, route.path)
        for route in (*API, *PAGES)
        for verb in ("POST", "PUT", "PATCH", "DELETE")
        if verb.lower() in vars(route.handler)
    }
    assert {(verb, target) for verb, target, _ in WRITES} == verbs


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_write_without_the_pages_token_is_refused(
    victim: Victim, browser: Browser, uuid: str, forgery: str
) -> None:
    before = everything(victim)
    for method, target, fields in WRITES:
        body: Any = fields
        if forgery == "a form" or target.startswith("/bookstore"):
            body = urlencode({**fields, "_xsrf": "guessed"}).encode()
        where = target.replace("{uuid}", uuid)
        assert browser.send(method, where, body, **FORGERIES[forgery]).status in (403, 404), where
    assert everything(victim) == before


def test_pages_are_shown_in_no_frame_of_somebody_else(browser: Browser, uuid: str) -> None:
    for route in ("", "/search", "/publish", f"/nb/{uuid}"):
        page = browser.send("GET", f"/bookstore/gallery{route}", Referer=f"{EVIL}/")
        assert page.status == 200
        for rule in ("frame-ancestors 'self'", "form-action 'self'", "base-uri 'none'"):
            assert rule in page.headers["Content-Security-Policy"]
