"""What somebody who is no member, or a page of somebody else, can send changes nothing."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from gallery_web import API, ipynb
from hosted_gallery import GALLERY, PASSWORD, Hosted, Visitor
from test_signing_in import COOKIE

from bookstore.gallery.accounts import passwords
from bookstore.gallery.api.routes import ROUTES as API_ROUTES
from bookstore.gallery.faces.files import CloningHandler
from bookstore.gallery.hosts.pages.routes import ROUTES as MEMBERS
from bookstore.gallery.web.routes import ROUTES as PAGES

EVIL = "https://evil.example"
WORDS = {"title": "Forged", "description": "By a page of somebody else."}
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", API, {**WORDS, "content": ipynb("1")}),
    ("PATCH", f"{API}/{{uuid}}", {"title": "Forged", "public": True}),
    ("DELETE", f"{API}/{{uuid}}", {}),
    ("POST", f"{API}/{{uuid}}/diff", {"content": ipynb("1")}),
    ("PUT", f"{API}/{{uuid}}/star", {}),
    ("DELETE", f"{API}/{{uuid}}/star", {}),
    ("PUT", f"{API}/{{uuid}}/shares", {"viewers": []}),
    ("POST", f"{API}/{{uuid}}/links", {"expires_at": "2030-01-01T00:00:00Z"}),
    ("DELETE", f"{API}/{{uuid}}/links/{{number}}", {}),
    ("PUT", f"{API}/{{uuid}}/deprecation", {"reason": "Forged."}),
    ("DELETE", f"{API}/{{uuid}}/deprecation", {}),
    ("POST", f"{API}/{{uuid}}/restore", {}),
    ("POST", f"{GALLERY}/publish", WORDS),
    ("POST", f"{GALLERY}/nb/{{uuid}}/edit", {**WORDS, "public": "true"}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/share", {"viewers": "anybody"}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/link", {"days": "7"}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/revoke", {"number": "1"}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/give", {"name": "anybody"}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/deprecate", {"reason": "Forged."}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/delete", {}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/restore", {}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/star", {"starred": "true"}),
    ("POST", f"{GALLERY}/nb/{{uuid}}/open", {"url": "https://forged.example/"}),
    ("POST", f"{GALLERY}/sign-in", {"name": "{name}", "password": PASSWORD}),
    ("POST", f"{GALLERY}/sign-up", {"name": "forged", "password": PASSWORD}),
    ("POST", f"{GALLERY}/sign-out", {}),
    ("POST", f"{GALLERY}/account/password", {"present": PASSWORD, "new": PASSWORD[::-1]}),
    ("POST", f"{GALLERY}/account/sessions", {"session": "all"}),
    ("POST", f"{GALLERY}/account/tokens", {"name": "n", "for-read": "true", "days": "7"}),
    ("POST", f"{GALLERY}/administration/accounts", {"name": "{other}", "do": "promote"}),
    ("POST", f"{GALLERY}/administration/invitations", {"days": "7"}),
    ("POST", f"{GALLERY}/administration/groups", {"group": "forged", "do": "make"}),
]
FORGERIES: dict[str, dict[str, Any]] = {
    "a form": {"kind": "application/x-www-form-urlencoded"},
    "a form of another site": {
        "kind": "application/x-www-form-urlencoded",
        "headers": {"Origin": EVIL},
    },
    "a form of no site": {
        "kind": "application/x-www-form-urlencoded",
        "headers": {"Origin": "null"},
    },
    "plain text that is JSON": {"kind": "text/plain"},
    "JSON": {"kind": "application/json"},
    "nothing said of it": {"kind": ""},
    "a guessed mark": {
        "kind": "application/x-www-form-urlencoded",
        "headers": {"X-XSRFToken": "2|00000000|00|1"},
    },
}


def test_every_verb_that_writes_is_tried() -> None:
    verbs = {
        (verb, route.path)
        for route in (*API_ROUTES, *PAGES, *MEMBERS)
        for verb in ("POST", "PUT", "PATCH", "DELETE")
        if verb.lower() in vars(route.handler) and not issubclass(route.handler, CloningHandler)
    }
    assert {(verb, target) for verb, target, _ in WRITES} == verbs


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_write_without_the_mark_of_a_page_is_refused(gallery: Hosted, forgery: str) -> None:
    name, other = gallery.member(administrator=True), gallery.member()
    victim = gallery.visitor(name)
    uuid = victim.publish()
    before = victim.get(f"{API}/{uuid}").json()
    administration = _without_marks(victim.get(f"{GALLERY}/administration").text)
    told = FORGERIES[forgery]
    for verb, target, fields in WRITES:
        where = target.replace("{uuid}", uuid)
        body = _encoded(fields, {"name": name, "other": other}, told["kind"])
        headers = {"Content-Type": told["kind"], **told.get("headers", {})}
        answer = victim.send(verb, where, data=body, headers=headers)
        assert answer.status_code in (403, 404), (where, answer.status_code)
    assert victim.is_signed_in
    assert victim.get(f"{API}/{uuid}").json() == before
    assert _without_marks(victim.get(f"{GALLERY}/administration").text) == administration
    assert "Make a token" in victim.get(f"{GALLERY}/account").text
    assert gallery.visitor().sign_in("forged").status_code == 401
    assert gallery.visitor().sign_in(name).status_code == 303


def _without_marks(page: str) -> str:
    return re.sub(r"2\|[0-9a-f|]+", "", page)


def _encoded(fields: dict[str, Any], names: dict[str, str], kind: str) -> bytes:
    filled = {
        key: names.get(value.strip("{}"), value) if isinstance(value, str) else value
        for key, value in fields.items()
    }
    if "form" not in kind:
        return json.dumps(filled).encode()
    words = {key: str(value) for key, value in filled.items()}
    words["_xsrf"] = "guessed"
    return "&".join(f"{key}={quote(value)}" for key, value in words.items()).encode()


def test_a_mark_from_one_browser_is_none_in_another(gallery: Hosted) -> None:
    """An attacker's own mark, taken from a page that they opened, is for their cookie."""
    victim, attacker = gallery.visitor(gallery.member()), gallery.visitor()
    form = {"_xsrf": attacker.mark(), "session": "all"}
    victim.mark()
    assert victim.send("POST", f"{GALLERY}/account/sessions", data=form).status_code == 403
    assert victim.is_signed_in


def test_a_cookie_of_the_mark_that_was_put_there_does_not_help_another_site(
    gallery: Hosted,
) -> None:
    """A neighbour below the same domain can set cookies, and yet is another origin."""
    victim, attacker = gallery.visitor(gallery.member()), gallery.visitor()
    mark = attacker.mark()
    planted = attacker.browser.cookies["bookstore_gallery_form"]
    victim.browser.cookies.set("bookstore_gallery_form", planted, domain="127.0.0.1", path="/")
    form = {"_xsrf": mark, "session": "all"}
    headers = {"Origin": "http://neighbour.127.0.0.1.example"}
    answer = victim.send("POST", f"{GALLERY}/account/sessions", data=form, headers=headers)
    assert answer.status_code == 404
    assert victim.is_signed_in


# -- where one is sent ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after",
    [
        *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example"),
        *("\\\\evil.example", "http:evil.example", "javascript:alert(1)", "evil.example"),
        *("/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example"),
        *("/ /evil.example", "/\x00/evil.example", "/ok\r\nSet-Cookie: a=b", "/ok\r\n\r\n<html>"),
        *("/\u2028/evil.example", "/%0d%0aSet-Cookie:a=b\r\n", "\u200b//evil.example", "https:/"),
    ],
)
def test_who_signs_in_stays_here(gallery: Hosted, after: str) -> None:
    name = gallery.member()
    visitor = gallery.visitor()
    answer = visitor.sign_in(name, after=after)
    assert answer.status_code == 303
    assert answer.headers["Location"] == GALLERY
    assert "a=b" not in answer.headers.get("Set-Cookie", "")
    signed_in_already = visitor.get(f"{GALLERY}/sign-in?next={quote(after)}")
    assert signed_in_already.headers["Location"] == GALLERY


@pytest.mark.parametrize("after", [f"{GALLERY}/search?q=a%20b&sort=title", f"{GALLERY}/publish"])
def test_who_signs_in_gets_where_they_wanted_to(gallery: Hosted, after: str) -> None:
    visitor = gallery.visitor()
    assert visitor.sign_in(gallery.member(), after=after).headers["Location"] == after


def test_who_has_to_sign_in_comes_back(gallery: Hosted) -> None:
    visitor = gallery.visitor()
    sent = visitor.get(f"{GALLERY}/publish?path=a%26b").headers["Location"]
    assert urlsplit(sent).netloc == ""
    page = visitor.get(sent)
    assert f'value="{GALLERY}/publish?path=a%26b"' in page.text


def test_what_stands_in_a_link_is_shown_as_it_is(gallery: Hosted) -> None:
    hostile = '"><script>alert(1)</script>'
    for path in (f"sign-in?next={quote(hostile)}", f"sign-up?invitation={quote(hostile)}"):
        text = gallery.visitor().get(f"{GALLERY}/{path}").text
        assert hostile not in text
        assert "<script>" not in text, "the page's own says where it is from"


# -- what is told --------------------------------------------------------------------------------


def test_a_name_that_nobody_has_is_looked_at_as_long(
    gallery: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt tries as many hashes, whoever has the name and however it is kept."""
    tried: list[str] = []
    for name in ("_is_argon2", "_is_bcrypt"):
        doing = getattr(passwords, name)

        def noted(*args: Any, name: str = name, doing: Any = doing) -> Any:
            tried.append(name)
            return doing(*args)

        monkeypatch.setattr(passwords, name, noted)
    told = []
    disabled = gallery.member()
    gallery.accounts(lambda accounts: accounts.disable(disabled))
    for name in (gallery.member(), "nobody", disabled, ""):
        tried.clear()
        page = gallery.visitor().sign_in(name, "wrong")
        told.append(([*tried], page.status_code, len(page.text) - len(name)))
    assert len({str(each) for each in told}) == 1, told


@pytest.mark.parametrize("path", ["sign-in", "sign-up", "account"])
def test_pages_say_what_browsers_must_not_do(gallery: Hosted, path: str) -> None:
    answer = gallery.visitor(gallery.member() if path == "account" else "").get(f"{GALLERY}/{path}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'self'"):
        assert rule in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    cookies = answer.raw.headers.getlist("Set-Cookie")
    assert all("HttpOnly" in each and "SameSite=Lax" in each for each in cookies)


def test_a_cookie_that_is_none_is_nobodys(gallery: Hosted) -> None:
    for value in ("", "x", "x" * 5000, "%00", '"', "a,b", "\xff", "2|1:0|10:1|4:user|4:YWRh|00"):
        visitor: Visitor = gallery.visitor()
        headers = {"Cookie": f"{COOKIE}={value}".encode("latin-1")}
        assert visitor.get(f"{GALLERY}/account", headers=headers).status_code == 302
