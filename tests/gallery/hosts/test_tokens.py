"""Programs act for somebody with a token: for what it is for, while it lasts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from gallery_web import API, ipynb
from hosted_gallery import GALLERY, Hosted, Visitor
from sqlalchemy import update
from test_signing_in import change

from bookstore.gallery.accounts.tokens import SCOPES
from bookstore.gallery.database.models import Token, now
from bookstore.gallery.permissions.standing import digest_of

TOKENS = f"{GALLERY}/account/tokens"


def make(visitor: Visitor, *scopes: str, **fields: str) -> str:
    """Make a token with the form, and return it."""
    marks = {f"for-{scope}": "true" for scope in scopes}
    answer = visitor.post(TOKENS, **{"name": "reports", "days": "30", **marks, **fields})
    assert answer.status_code == 200, answer.text
    found = re.search(r"<code>(bookstore_[\w-]+)</code>", answer.text)
    assert found, answer.text
    return found[1]


def by(token: str, kind: str = "Bearer") -> dict[str, str]:
    return {"Authorization": f"{kind} {token}"}


def told(**more: Any) -> dict[str, Any]:
    return {"title": "By a program", "description": "D", "content": ipynb("1"), **more}


def test_a_token_is_shown_once(gallery: Hosted) -> None:
    visitor = gallery.visitor(gallery.member())
    token = make(visitor, "read", "publish", name="nightly")
    page = visitor.get(f"{GALLERY}/account").text
    assert token not in page
    assert "nightly" in page
    assert "read, publish" in page


@pytest.mark.parametrize("kind", ["Bearer", "token", "TOKEN", "bearer"])
def test_a_program_reads_and_publishes_with_it(gallery: Hosted, kind: str) -> None:
    token, program = make(gallery.visitor(gallery.member()), "read", "publish"), gallery.visitor()
    answer = program.send("POST", API, json=told(title=f"With {kind}"), headers=by(token, kind))
    assert answer.status_code == 201, answer.text
    private = f"{API}/{answer.json()['uuid']}"
    assert program.get(private, headers=by(token, kind)).status_code == 200
    assert program.get(private).status_code == 404
    assert "Set-Cookie" not in answer.headers


def attempts(visitor: Visitor, mine: str) -> dict[str, tuple[str, str, Any]]:
    return {
        "read": ("GET", API, None),
        "publish": ("POST", API, told(title=f"T {mine[-6:]}")),
        "edit": ("PATCH", f"{API}/{mine}", {"description": "Changed."}),
        "administer": ("GET", f"{API}?use_admin=true", None),
    }


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_is_for_what_it_is_for(gallery: Hosted, scope: str) -> None:
    visitor = gallery.visitor(gallery.member(administrator=True))
    mine = visitor.publish()
    token = make(visitor, scope)
    for needed, (verb, path, body) in attempts(visitor, mine).items():
        answer = gallery.visitor().send(verb, path, json=body, headers=by(token))
        # To act as an administrator while reading takes both.
        is_enough = needed == scope and needed != "administer"
        assert (answer.status_code in (200, 201)) is is_enough, (needed, answer.text)
        assert is_enough or answer.status_code == 403


def test_an_administrators_program_acts_as_one_when_it_asks_to(gallery: Hosted) -> None:
    private = gallery.visitor(gallery.member()).publish()
    tokens = {
        is_one: make(gallery.visitor(gallery.member(administrator=is_one)), "read", "administer")
        for is_one in (True, False)
    }
    for is_one, token in tokens.items():
        program = gallery.visitor()
        assert program.get(f"{API}/{private}", headers=by(token)).status_code == 404
        asking = program.get(f"{API}/{private}?use_admin=true", headers=by(token))
        assert asking.status_code == (200 if is_one else 404)


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "edit"])
def test_stars_and_deletions_take_a_token_to_edit(gallery: Hosted, scope: str) -> None:
    visitor = gallery.visitor(gallery.member())
    mine, token = visitor.publish(), make(visitor, scope)
    for verb, path in (("PUT", f"{API}/{mine}/star"), ("DELETE", f"{API}/{mine}")):
        assert gallery.visitor().send(verb, path, headers=by(token)).status_code == 403


def test_what_is_no_token_any_more_is_nobodys(gallery: Hosted) -> None:
    name = gallery.member()
    visitor = gallery.visitor(name)
    revoked, expired, disabled = (make(visitor, "read", name=f"t{n}") for n in range(3))
    [_, _, key] = re.findall(r'name="revoke" value="(\d+)"', visitor.get(f"{GALLERY}/account").text)
    stranger = gallery.visitor(gallery.member())
    stranger.post(TOKENS, revoke=key)
    assert gallery.visitor().get(API, headers=by(revoked)).status_code == 200
    visitor.post(TOKENS, revoke=key)
    mine = update(Token).where(Token.sha256 == digest_of(expired))
    change(gallery, mine.values(expires_at=now() - timedelta(seconds=1)))
    for token in (revoked, expired, "bookstore_", "bookstore_guessed", "x" * 9999):
        answer = gallery.visitor().get(API, headers=by(token))
        assert answer.status_code == 401
        assert set(answer.json()) == {"message", "reason", "hint"}
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert token not in answer.text
    assert gallery.visitor().get(API, headers=by(disabled)).status_code == 200
    gallery.accounts(lambda accounts: accounts.disable(name))
    assert gallery.visitor().get(API, headers=by(disabled)).status_code == 401
    gallery.accounts(lambda accounts: accounts.enable(name))
    assert gallery.visitor().get(API, headers=by(disabled)).status_code == 401


def test_a_token_in_a_url_is_none(gallery: Hosted) -> None:
    visitor = gallery.visitor(gallery.member())
    private, token = visitor.publish(), make(visitor, "read")
    for name in ("token", "access_token", "authorization"):
        assert gallery.visitor().get(f"{API}/{private}?{name}={token}").status_code == 404


def test_pages_take_no_token(gallery: Hosted) -> None:
    """So none can make another one, or change a password."""
    token = make(gallery.visitor(gallery.member()), *SCOPES)
    program = gallery.visitor()
    assert program.get(f"{GALLERY}/account", headers=by(token)).status_code == 302
    forms = {
        TOKENS: {"name": "more", "for-read": "true", "days": "1"},
        f"{GALLERY}/account/password": {"present": "correct horse battery", "new": "x" * 12},
    }
    for path, form in forms.items():
        assert program.send("POST", path, data=form, headers=by(token)).status_code == 403


def test_other_kinds_of_authorization_are_nobodys(gallery: Hosted) -> None:
    """Browsers send some of them along by themselves."""
    visitor = gallery.visitor(gallery.member())
    token = make(visitor, "read", "publish")
    for said in (f"Basic {token}", f"Digest {token}", token, f"Bearer {token} {token}", "Bearer"):
        headers = {"Authorization": said}
        assert gallery.visitor().send("POST", API, json=told(), headers=headers).status_code == 403
        assert visitor.send("POST", API, json=told(), headers=headers).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\0b"},
        {"days": "0"},
        {"days": "367"},
        {"days": "-1"},
        {"days": "²"},
        {"days": ""},
        {"for-read": "no"},
        {"for-read": "", "for-everything": "true"},
    ],
)
def test_a_token_that_cannot_be_is_refused(gallery: Hosted, fields: dict[str, str]) -> None:
    visitor = gallery.visitor(gallery.member())
    answer = visitor.post(TOKENS, **{"name": "n", "days": "7", "for-read": "true", **fields})
    assert answer.status_code == 422
    assert "bookstore_" not in answer.text.split("<main")[1].split("Make a token")[0]


def test_the_database_has_no_token_in_it(gallery: Hosted) -> None:
    token = make(gallery.visitor(gallery.member()), "read")
    file = gallery.database.removeprefix("sqlite:///")
    assert not any(token.encode() in Path(file + end).read_bytes() for end in ("", "-wal"))
