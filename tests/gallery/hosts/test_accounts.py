"""Who makes an account, and what its owner does with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hosted_gallery import GALLERY, PASSWORD, Hosted, Visitor, hosted
from sqlalchemy import select
from sqlalchemy.orm import Session

from bookstore.gallery.database.engine import EngineOptions, make_engine
from bookstore.gallery.database.models import User

ACCOUNT = f"{GALLERY}/account"
SIGN_UP = f"{GALLERY}/sign-up"


def sign_up(visitor: Visitor, name: str, password: str = PASSWORD, **more: str) -> int:
    return visitor.post(SIGN_UP, name=name, password=password, **more).status_code


def named(gallery: Hosted, name: str) -> list[User]:
    engine = make_engine(gallery.database, EngineOptions(connections=0))
    with Session(engine) as session:
        found = [*session.scalars(select(User).where(User.user_name.ilike(name)))]
    engine.dispose()
    return found


# -- making one ----------------------------------------------------------------------------------


def test_everybody_makes_an_account_where_that_is_open(gallery: Hosted) -> None:
    visitor = gallery.visitor()
    assert SIGN_UP in visitor.get(f"{GALLERY}/sign-in").text
    assert sign_up(visitor, "  Grace ") == 303
    assert visitor.is_signed_in
    assert gallery.visitor().sign_in("grace").status_code == 303


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "-ada", ".", "..", "a b", "a/b", "a@b.org", "a\0b", "a\nb", "a<b>", "x" * 65),
        *(
            "\u0430d\u0430",
            "ada\u200b",
            "a\u0301da",
            "ADA\u202e",
            "\ufb01ona",
            "ada\u3000",
            "\uff41da",
            "\u017fam",
        ),
    ],
)
def test_a_name_that_looks_like_another_or_like_none_is_refused(gallery: Hosted, name: str) -> None:
    visitor = gallery.visitor()
    answer = visitor.post(SIGN_UP, name=name, password=PASSWORD)
    assert answer.status_code == 422
    assert "A user name has up to 64 letters" in answer.text
    assert not visitor.is_signed_in


@pytest.mark.parametrize("password", ["", "short", "x" * 257, "with\0zero-in-it", "A-Long-Name.1"])
def test_a_password_that_nobody_should_have_is_refused(gallery: Hosted, password: str) -> None:
    visitor = gallery.visitor()
    answer = visitor.post(SIGN_UP, name="a-long-name.1", password=password)
    assert answer.status_code == 422
    assert "A password has 10 to 256 letters" in answer.text
    assert not password or f'value="{password}' not in answer.text


def test_of_many_who_want_one_name_one_gets_it(gallery: Hosted) -> None:
    def want(name: str) -> int:
        return sign_up(gallery.visitor(), name)

    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(want, ["hopper", "Hopper", "HOPPER", "hoppeR"] * 2)]
    assert sorted(found) == [303] + [409] * 7
    assert len(named(gallery, "hopper")) == 1


def test_fields_that_the_form_does_not_have_are_nothing(gallery: Hosted) -> None:
    more = {"admin": "true", "approved": "false", "id": "1", "email": "ada@example.org"}
    assert sign_up(gallery.visitor(), "mallory", **more) == 303
    [user] = named(gallery, "mallory")
    assert (user.admin, user.approved, user.email) == (None, True, None)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    with hosted(tmp_path_factory.mktemp("closed")) as served:
        yield served


def test_nobody_makes_an_account_where_that_is_closed(closed: Hosted) -> None:
    visitor = closed.visitor()
    assert SIGN_UP not in visitor.get(f"{GALLERY}/sign-in").text
    assert visitor.get(SIGN_UP).status_code == 403
    assert sign_up(visitor, "eve") == 403
    assert not named(closed, "eve")


@pytest.fixture(scope="module")
def by_invitation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    settings = {"sign_up": "invitation"}
    with hosted(tmp_path_factory.mktemp("invitation"), GalleryServer=settings) as served:
        yield served


def test_an_invitation_makes_one_account(by_invitation: Hosted) -> None:
    token = by_invitation.accounts(lambda accounts: accounts.invite(timedelta(days=1)))
    visitor = by_invitation.visitor()
    assert token in visitor.get(f"{SIGN_UP}?invitation={token}").text
    assert sign_up(visitor, "no name", invitation=token) == 422, "and it is not used up"

    def use(index: int) -> int:
        return sign_up(by_invitation.visitor(), f"guest-{index}", invitation=token)

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(use, range(5))) == [303] + [403] * 4
    assert len(named(by_invitation, "guest-%")) == 1


@pytest.mark.parametrize("token", ["", "guessed", "\0", "%", "x" * 10_000])
def test_without_an_invitation_there_is_no_account(by_invitation: Hosted, token: str) -> None:
    answer = by_invitation.visitor().post(
        SIGN_UP, name="uninvited", password=PASSWORD, invitation=token
    )
    assert answer.status_code == 403
    assert "This invitation was used or has expired." in answer.text


def test_an_invitation_ends(by_invitation: Hosted) -> None:
    token = by_invitation.accounts(lambda accounts: accounts.invite(timedelta(seconds=0)))
    assert sign_up(by_invitation.visitor(), "too-late", invitation=token) == 403


# -- the account page ----------------------------------------------------------------------------


def test_it_is_shown_to_its_owner(gallery: Hosted) -> None:
    assert gallery.visitor().get(ACCOUNT).status_code == 302
    answer = gallery.visitor(gallery.member()).get(ACCOUNT)
    assert answer.status_code == 200
    assert "this browser" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_new_password_ends_what_else_is_signed_in(gallery: Hosted) -> None:
    name = gallery.member()
    here, there = gallery.visitor(name), gallery.visitor(name)
    new = "another horse entirely"
    for present, wanted, status in (
        ("wrong", new, 403),
        (PASSWORD, "short", 422),
        (PASSWORD, new, 303),
    ):
        answer = here.post(f"{ACCOUNT}/password", present=present, new=wanted)
        assert answer.status_code == status, answer.text
        assert there.is_signed_in is (status != 303)
    assert here.is_signed_in
    assert gallery.visitor().sign_in(name).status_code == 401
    assert gallery.visitor().sign_in(name, new).status_code == 303


def test_who_has_a_session_cannot_guess_the_password_either(gallery: Hosted) -> None:
    visitor = gallery.visitor(gallery.member())
    codes = {
        visitor.post(f"{ACCOUNT}/password", present=f"guess {n}", new=PASSWORD[::-1]).status_code
        for n in range(8)
    }
    assert codes == {403, 429}


def test_sessions_are_ended_one_by_one_and_all_at_once(gallery: Hosted) -> None:
    name, other = gallery.member(), gallery.visitor(gallery.member())
    first, second, third = (gallery.visitor(name) for _ in range(3))
    keys = re.findall(r'name="session" value="(\d+)"', first.get(ACCOUNT).text)
    assert len(keys) == 3
    assert other.post(f"{ACCOUNT}/sessions", session=keys[0]).status_code == 303
    assert all(each.is_signed_in for each in (first, second, third)), "those of others stay"
    mine = re.findall(r'name="session" value="(\d+)"', third.get(ACCOUNT).text)
    third.post(f"{ACCOUNT}/sessions", session=min(mine, key=int))
    assert [each.is_signed_in for each in (first, second, third)] == [False, True, True]
    third.post(f"{ACCOUNT}/sessions", session="all")
    assert [each.is_signed_in for each in (first, second, third)] == [False] * 3
    for wrong in ("", "x", "-1", "1" * 99):
        assert other.post(f"{ACCOUNT}/sessions", session=wrong).status_code == 400


def test_what_a_browser_says_of_itself_is_shown_as_it_is(gallery: Hosted) -> None:
    name, visitor = gallery.member(), gallery.visitor()
    form = {"_xsrf": visitor.mark(), "name": name, "password": PASSWORD}
    hostile = "<script>alert(1)</script>" + "x" * 999
    visitor.send("POST", f"{GALLERY}/sign-in", data=form, headers={"User-Agent": hostile})
    page = visitor.get(ACCOUNT).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
