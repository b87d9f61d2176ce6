"""Members sign in with a password, stay signed in for a while, and sign out."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import bcrypt
import pytest
import requests
from hosted_gallery import GALLERY, PASSWORD, Hosted
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bookstore.gallery.database.engine import EngineOptions, make_engine
from bookstore.gallery.database.models import SignedIn, SignInAttempts, User, now

COOKIE = "bookstore_gallery"
WRONG = "This is not the name and the password of an account."


def change(gallery: Hosted, *statements: object) -> None:
    engine = make_engine(gallery.database, EngineOptions(connections=0))
    with Session(engine) as session, session.begin():
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]
    engine.dispose()


def kept_of(gallery: Hosted, name: str) -> str:
    engine = make_engine(gallery.database, EngineOptions(connections=0))
    with Session(engine) as session:
        kept = session.scalar(select(User.encrypted_password).where(User.user_name == name))
    engine.dispose()
    return str(kept)


def test_a_member_signs_in_and_out(gallery: Hosted) -> None:
    name = gallery.member()
    visitor = gallery.visitor()
    assert not visitor.is_signed_in
    answer = visitor.sign_in(name)
    assert (answer.status_code, answer.headers["Location"]) == (303, GALLERY)
    assert visitor.is_signed_in
    assert name in visitor.get(GALLERY).text
    held = visitor.browser.cookies[COOKIE]
    assert visitor.post(f"{GALLERY}/sign-out").status_code == 303
    assert COOKIE not in visitor.browser.cookies
    visitor.browser.cookies.set(COOKIE, held, domain="127.0.0.1", path="/")
    assert not visitor.is_signed_in, "the session goes on without the cookie's owner"


def test_names_are_the_same_however_they_are_typed(gallery: Hosted) -> None:
    name = gallery.member()
    assert gallery.visitor().sign_in(f"{name.upper()}").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("{}", "wrong horse battery"),
        ("nobody-at-all", PASSWORD),
        ("", ""),
        ("{}", ""),
        ("{}\0", PASSWORD),
        ("{}", f"{PASSWORD}\0"),
        ("{}", PASSWORD * 10_000),
        ("'; DROP TABLE users; --", PASSWORD),
        ("x" * 100_000, PASSWORD),
    ],
)
def test_whatever_is_wrong_the_same_is_told(gallery: Hosted, name: str, password: str) -> None:
    visitor = gallery.visitor()
    answer = visitor.sign_in(name.format(gallery.member()), password)
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert password[:50] not in answer.text or not password
    assert COOKIE not in visitor.browser.cookies


def test_a_password_of_ten_megabytes_is_not_read(gallery: Hosted) -> None:
    visitor = gallery.visitor()
    form = {"_xsrf": visitor.mark(), "name": "ada", "password": "x" * 10_000_000}
    with contextlib.suppress(requests.ConnectionError):  # it may hang up while that is sent
        assert visitor.send("POST", f"{GALLERY}/sign-in", data=form).status_code == 400
    assert visitor.get("/health").status_code == 200


def test_who_signs_in_as_somebody_else_is_the_first_no_more(gallery: Hosted) -> None:
    name, visitor = gallery.member(), gallery.visitor(gallery.member())
    held = visitor.browser.cookies[COOKIE]
    assert visitor.sign_in(name).status_code == 303
    assert name in visitor.get(GALLERY).text
    visitor.browser.cookies.set(COOKIE, held, domain="127.0.0.1", path="/")
    assert not visitor.is_signed_in


def test_a_form_that_is_no_text_is_refused(gallery: Hosted) -> None:
    visitor = gallery.visitor()
    for broken in (b"\xed\xa0\x80", b"\xff"):
        body = b"_xsrf=" + visitor.mark().encode() + b"&name=ada&password=" + broken
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = visitor.send("POST", f"{GALLERY}/sign-in", data=body, headers=kind)
        assert answer.status_code == 400


def test_a_session_is_a_new_one_each_time(gallery: Hosted) -> None:
    """Who has put a cookie into somebody's browser before does not share what they begin."""
    name, visitor = gallery.member(), gallery.visitor()
    visitor.browser.cookies.set(COOKIE, "put-there-by-somebody", domain="127.0.0.1", path="/")
    visitor.sign_in(name)
    cookies = [each.value for each in visitor.browser.cookies if each.name == COOKIE]
    assert "put-there-by-somebody" not in cookies
    first = cookies[-1]
    again = gallery.visitor(name)
    assert again.browser.cookies[COOKIE] != first


def test_the_mark_of_forms_is_another_one_after_signing_in(gallery: Hosted) -> None:
    name, visitor = gallery.member(), gallery.visitor()
    before = visitor.mark()
    visitor.sign_in(name)
    fields = {"_xsrf": before, "name": "x", "for-read": "true", "days": "7"}
    visitor.get(f"{GALLERY}/account")
    answer = visitor.send("POST", f"{GALLERY}/account/tokens", data=fields)
    assert answer.status_code == 403


def test_the_database_has_no_cookie_in_it(gallery: Hosted) -> None:
    visitor = gallery.visitor(gallery.member())
    held = visitor.browser.cookies[COOKIE]
    file = gallery.database.removeprefix("sqlite:///")
    for end in ("", "-wal"):
        assert held.encode() not in Path(file + end).read_bytes()


def test_a_session_ends_when_it_is_not_used_and_when_its_time_is_over(gallery: Hosted) -> None:
    for old in (
        {"last_used_at": now() - timedelta(hours=13)},
        {"expires_at": now() - timedelta(seconds=1)},
    ):
        name = gallery.member()
        visitor = gallery.visitor(name)
        mine = select(User.id).where(User.user_name == name).scalar_subquery()
        change(gallery, update(SignedIn).where(SignedIn.user_id == mine).values(old))
        assert not visitor.is_signed_in


def test_a_disabled_account_is_out_at_once(gallery: Hosted) -> None:
    name = gallery.member()
    visitor = gallery.visitor(name)
    gallery.accounts(lambda accounts: accounts.disable(name))
    assert not visitor.is_signed_in
    answer = gallery.visitor().sign_in(name)
    assert answer.status_code == 401
    assert WRONG in answer.text
    gallery.accounts(lambda accounts: accounts.enable(name))
    assert gallery.visitor().sign_in(name).status_code == 303


# -- nbgallery's passwords -----------------------------------------------------------------------


def test_nbgallerys_password_is_understood_and_renewed(gallery: Hosted) -> None:
    name = gallery.member()
    old = bcrypt.hashpw(b"as in nbgallery", bcrypt.gensalt(4)).decode().replace("$2b$", "$2a$")
    change(gallery, update(User).where(User.user_name == name).values(encrypted_password=old))
    assert gallery.visitor().sign_in(name, "as in nbgalleri").status_code == 401
    assert gallery.visitor().sign_in(name, "as in nbgallery\0").status_code == 401
    assert kept_of(gallery, name) == old
    assert gallery.visitor().sign_in(name, "as in nbgallery").status_code == 303
    assert kept_of(gallery, name).startswith("$argon2id$")
    assert gallery.visitor().sign_in(name, "as in nbgallery").status_code == 303


def test_of_nbgallerys_password_72_bytes_count(gallery: Hosted) -> None:
    name, password = gallery.member(), "é" * 40
    old = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    change(gallery, update(User).where(User.user_name == name).values(encrypted_password=old))
    assert gallery.visitor().sign_in(name, password).status_code == 303
    assert gallery.visitor().sign_in(name, password).status_code == 303, "it was renewed wrongly"


@pytest.mark.parametrize("kept", ["", None, "$2a$11$broken", "$argon2id$broken", "plain", "x" * 60])
def test_what_is_no_hash_lets_nobody_in(gallery: Hosted, kept: str | None) -> None:
    name = gallery.member()
    change(gallery, update(User).where(User.user_name == name).values(encrypted_password=kept))
    for password in ("", "plain", str(kept), PASSWORD):
        assert gallery.visitor().sign_in(name, password).status_code == 401


@pytest.mark.parametrize(
    "values",
    [
        {"approved": False},
        {"approved": None},
        {"locked_at": now()},
        {"confirmed_at": None, "confirmation_token": "sent-by-mail"},
    ],
)
def test_whom_nbgallery_would_not_let_in_is_not_let_in(
    gallery: Hosted, values: dict[str, object]
) -> None:
    name = gallery.member()
    values = {
        column: f"{name}-token" if column == "confirmation_token" else value
        for column, value in values.items()
    }
    change(gallery, update(User).where(User.user_name == name).values(values))
    assert gallery.visitor().sign_in(name).status_code == 401


# -- trying often --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_there", [True, False])
def test_who_tries_often_has_to_wait_whether_there_is_such_an_account(
    gallery: Hosted, is_there: bool
) -> None:
    name = gallery.member() if is_there else "nobody-is-called-so"
    visitor = gallery.visitor()
    answers = [visitor.sign_in(name, "wrong") for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    told = answers[-1]
    assert told.status_code == 429
    assert int(told.headers["Retry-After"]) >= 1
    assert "That was tried too often." in told.text
    assert visitor.sign_in(name).status_code == 429, "the right password is not looked at, either"
    another = gallery.visitor()
    assert another.sign_in(name).status_code == (303 if is_there else 401)


def test_many_at_once_are_no_way_around_it(gallery: Hosted) -> None:
    name, address = gallery.member(), "198.51.100.7"

    def attempt(_: int) -> int:
        return gallery.visitor(address=address).sign_in(name, "wrong").status_code

    with ThreadPoolExecutor(12) as pool:
        found = [*pool.map(attempt, range(24))]
    assert found.count(401) <= 7
    assert set(found) == {401, 429}


def test_an_address_that_tries_many_names_has_to_wait(gallery: Hosted) -> None:
    visitor, codes = gallery.visitor(address="2001:db8:1:2::3"), []
    mark = visitor.mark()
    for index in range(55):
        visitor.address = f"2001:db8:1:2::{index:x}"  # one place has all of these
        form = {"_xsrf": mark, "name": f"name-{index}", "password": "wrong"}
        codes.append(visitor.send("POST", f"{GALLERY}/sign-in", data=form).status_code)
    assert codes[:50] == [401] * 50
    assert 429 in codes[50:]


def test_signing_in_rightly_forgets_what_was_wrong_before(gallery: Hosted) -> None:
    name, visitor = gallery.member(), gallery.visitor()
    for _ in range(3):
        for _ in range(4):
            assert visitor.sign_in(name, "wrong").status_code == 401
        assert visitor.sign_in(name).status_code == 303


def test_after_a_while_one_may_try_again(gallery: Hosted) -> None:
    name, visitor = gallery.member(), gallery.visitor()
    while visitor.sign_in(name, "wrong").status_code == 401:
        pass
    change(gallery, update(SignInAttempts).values(waits_until=now() - timedelta(seconds=1)))
    assert visitor.sign_in(name).status_code == 303


def test_an_address_that_nobody_trusts_says_nothing_of_itself(gallery: Hosted) -> None:
    """What a client writes into X-Forwarded-For comes before what our proxy adds."""
    name, visitor = gallery.member(), gallery.visitor()
    own = visitor.address
    codes = []
    for index in range(8):
        visitor.address = f"192.0.2.{index}, {own}"
        codes.append(visitor.sign_in(name, "wrong").status_code)
    assert codes[5:] == [429] * 3


def test_passwords_are_hashed_beside_the_event_loop() -> None:
    """Whoever waits for a password keeps nobody else waiting."""
    from bookstore.gallery.accounts import accounts

    async def is_beside() -> bool:
        hashing = asyncio.ensure_future(accounts._hash(PASSWORD))
        await asyncio.sleep(0)
        is_waiting = not hashing.done()
        await hashing
        return is_waiting

    assert asyncio.run(is_beside())
