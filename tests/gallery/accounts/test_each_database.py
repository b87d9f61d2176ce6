"""Accounts are kept alike on each database, whoever else is at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bookstore.gallery.accounts import passwords, throttle
from bookstore.gallery.accounts.accounts import Accounts
from bookstore.gallery.accounts.errors import (
    InvitationRefused,
    NameTaken,
    NotSignedIn,
    TooManyAttempts,
)
from bookstore.gallery.accounts.finding import account_named
from bookstore.gallery.accounts.groups import Groups
from bookstore.gallery.accounts.identities import Identities, Person
from bookstore.gallery.accounts.sessions import Place, Sessions
from bookstore.gallery.accounts.throttle import count, counted, forget
from bookstore.gallery.accounts.tokens import Tokens
from bookstore.gallery.database.models import (
    Identity,
    Invitation,
    SignedIn,
    SignInAttempts,
    User,
    now,
)
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.people import People
from bookstore.gallery.permissions import Actor, Level, standing_of

T = TypeVar("T")
Do = Callable[[Callable[[Database], Awaitable[T]]], T]
PASSWORD = "correct horse battery"
HERE = Place(address="203.0.113.1", browser="tests")


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    passwords._nobodys.cache_clear()


@pytest.fixture
def do(gallery: str) -> Iterator[Do[T]]:
    """Do something with a database that two servers have open."""

    def done(work: Callable[[Database], Awaitable[T]]) -> T:
        async def whole() -> T:
            database = Database(gallery)
            try:
                return await work(database)
            finally:
                await database.close()

        return asyncio.run(whole())

    yield done
    passwords._nobodys.cache_clear()


async def outcomes(*works: Awaitable[object]) -> list[object]:
    return [*await asyncio.gather(*works, return_exceptions=True)]


async def count_of(database: Database, model: type) -> int:
    number = select(func.count()).select_from(model)
    return int(await database.run(lambda session: session.scalar(number)) or 0)


def test_of_those_who_want_a_name_at_once_one_gets_it(do: Do[None]) -> None:
    async def work(database: Database) -> None:
        accounts = Accounts(database)
        names = ["ada", "Ada", "ADA", "aDa"] * 2
        found = await outcomes(*(accounts.sign_up(name, PASSWORD, HERE) for name in names))
        assert sum(isinstance(each, str) for each in found) == 1, found
        assert sum(isinstance(each, NameTaken) for each in found) == 7, found
        assert await count_of(database, User) == await count_of(database, SignedIn) == 1

    do(work)


def test_an_invitation_is_used_once(do: Do[None]) -> None:
    async def work(database: Database) -> None:
        accounts = Accounts(database)
        token = await accounts.invite(timedelta(days=1))
        names = [f"guest-{number}" for number in range(6)]
        found = await outcomes(
            *(accounts.sign_up(name, PASSWORD, HERE, invitation=token) for name in names)
        )
        assert sum(isinstance(each, str) for each in found) == 1, found
        assert sum(isinstance(each, InvitationRefused) for each in found) == 5, found
        assert await count_of(database, User) == 1
        used = select(Invitation.user_id).where(Invitation.used_at.is_not(None))
        assert await database.run(lambda session: session.scalar(used))

    do(work)


def test_attempts_at_once_are_all_counted(do: Do[None]) -> None:
    async def work(database: Database) -> None:
        accounts = Accounts(database)
        await accounts.add("ada", PASSWORD)
        found = await outcomes(*(accounts.sign_in("ada", "wrong", HERE) for _ in range(16)))
        looked_at = sum(isinstance(each, NotSignedIn) for each in found)
        assert 5 <= looked_at <= 7, found
        assert sum(isinstance(each, TooManyAttempts) for each in found) == 16 - looked_at
        over = update(SignInAttempts).values(waits_until=now() - timedelta(seconds=1))
        await database.run(lambda session: session.execute(over))
        assert await accounts.sign_in("ADA", PASSWORD, HERE)
        assert await accounts.sign_in("ada", PASSWORD, HERE)

    do(work)


def test_another_clock_lets_nobody_wait(do: Do[None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempts are let through on a server that is behind the one before, too."""

    async def work(database: Database) -> None:
        for name, doings in (("ada", (count,)), ("bo", (count, forget))):
            for clock in (now(), now() - timedelta(seconds=5)):
                monkeypatch.setattr(throttle, "now", lambda at=clock: at)
                for doing in doings:
                    await database.run(partial(doing, counters=counted(name, "::1")))

    do(work)


def test_sessions_and_tokens_are_known_until_they_end(do: Do[None]) -> None:
    async def work(database: Database) -> None:
        accounts, sessions, tokens = Accounts(database), Sessions(database), Tokens(database)
        await accounts.add("ada", PASSWORD)
        cookies = [await accounts.sign_in("ada", PASSWORD, HERE) for _ in range(3)]
        known = [await sessions.known(cookie) for cookie in cookies]
        first = known[0]
        assert first is not None
        assert {each and each.name for each in known} == {"ada"}
        token = await tokens.make(first.user_id, "reports", {"read", "edit"}, 7)
        bearer = await tokens.known(token)
        assert bearer is not None
        assert bearer.scopes == {"read", "edit"}
        assert [each.scopes for each in await tokens.all_of(first.user_id)] == [("read", "edit")]
        await sessions.end(first.user_id, first.key)
        assert [bool(await sessions.known(cookie)) for cookie in cookies] == [False, True, True]
        assert len(await sessions.all_of(first.user_id)) == 2
        await accounts.disable("Ada")
        assert not any([await sessions.known(cookie) for cookie in cookies])
        assert await tokens.known(token) is None
        await accounts.enable("ada")
        assert not any([await sessions.known(cookie) for cookie in cookies])
        assert await tokens.known(token) is None

    do(work)


def test_only_so_many_sessions_of_one_account_stay(
    do: Do[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookstore.gallery.accounts.sessions.MOST_SESSIONS", 3)

    async def work(database: Database) -> None:
        accounts, sessions = Accounts(database), Sessions(database)
        await accounts.add("ada", PASSWORD)
        cookies = [await accounts.sign_in("ada", PASSWORD, HERE) for _ in range(5)]
        left = [bool(await sessions.known(cookie)) for cookie in cookies]
        assert left == [False, False, True, True, True]

    do(work)


def test_somebody_from_elsewhere_gets_one_account(do: Do[None]) -> None:
    async def work(database: Database) -> None:
        identities = Identities(database, Sessions(database), make=True, link_by_email=True)
        ada = Person(provider="https://login.example.org", uid="7", name="Ada", email=None)
        found = await outcomes(*(identities.sign_in(ada, HERE) for _ in range(6)))
        assert all(isinstance(each, str) for each in found), found
        assert await count_of(database, User) == await count_of(database, Identity) == 1
        other = Person(provider="https://login.example.org", uid="8", name="ADA", email=None)
        await identities.sign_in(other, HERE)
        names = await database.run(lambda session: {*session.scalars(select(User.user_name))})
        assert names == {"ada", "ada-2"}

    do(work)


def test_what_a_database_takes_for_alike_is_not_the_same_person(do: Do[None]) -> None:
    """MySQL, in the tables of nbgallery, ignores accents and the case of letters."""

    async def work(database: Database) -> None:
        await database.run(
            lambda session: session.add(
                User(
                    user_name="ada", email="ada@example.org", approved=True, encrypted_password="x"
                )
            )
        )
        identities = Identities(database, Sessions(database), make=True, link_by_email=True)

        async def user_of(uid: str, email: str | None = None) -> str | None:
            person = Person(provider="https://login.example.org", uid=uid, name="x", email=email)
            await identities.sign_in(person, HERE)
            wanted = select(Identity.uid, User.user_name).join(User, User.id == Identity.user_id)
            rows = await database.run(lambda session: session.execute(wanted).all())
            return {row.uid: row.user_name for row in rows}[uid]

        assert await user_of("Abc") == "x"
        assert await user_of("abc") == "x-2"
        assert await user_of("àbc") == "x-3"
        assert await user_of("Abc") == "x"
        assert await user_of("accent", "adá@example.org") == "x-4"
        assert await user_of("real", "ADA@example.org") == "ada"
        for name in ("àda", "adá@example.org"):
            found = await database.run(partial(account_named, name=name))
            assert found is None
            with pytest.raises(NotSignedIn):
                await Accounts(database).sign_in(name, PASSWORD, HERE)

    do(work)


def test_who_makes_an_account_with_an_administrators_name_is_none(do: Do[None]) -> None:
    async def work(database: Database) -> None:
        await Accounts(database).add("grace", PASSWORD)
        identities = Identities(database, Sessions(database), make=True, link_by_email=False)
        linus = Person(provider="https://login.example.org", uid="1", name="linus", email=None)
        await identities.sign_in(linus, HERE)
        people = People(database, ["grace", "linus", "root"])

        async def administrates(name: str) -> bool:
            user_id = (await people.actor(name)).user_id
            return bool(await database.run(lambda session: session.get_one(User, user_id).admin))

        assert [await administrates(name) for name in ("grace", "linus", "root")] == [
            False,
            False,
            True,
        ]
        await Accounts(database).set_administrator("grace", is_one=True)
        assert await administrates("grace")

    do(work)


def test_members_of_a_group_may_do_what_their_role_says(do: Do[None]) -> None:
    async def work(database: Database) -> None:
        accounts, groups = Accounts(database), Groups(database)
        await groups.add("Oceans", "Ocean models")
        highest = {"reader": Level.READ, "editor": Level.EDIT, "owner": Level.ADMINISTER}
        for role in highest:
            await accounts.add(f"the-{role}", None)
            await groups.put("oceans", f"the-{role}", "reader")
            await groups.put("oceans", f"THE-{role}", role)
        [group] = await groups.all()
        assert group.members == {f"the-{role}": role for role in highest}

        def levels(session: Session) -> dict[str, set[Level]]:
            users = {user.user_name: user.id for user in session.scalars(select(User))}
            found = {}
            for role in highest:
                standing = standing_of(session, Actor(user_id=users[f"the-{role}"]))
                found[role] = {level for level, ids in standing.groups.items() if ids}
            return found

        for role, found in (await database.run(levels)).items():
            assert found == {level for level in Level if level <= highest[role]}
        for role in highest:
            await groups.remove("oceans", f"the-{role}")
        assert not any((await database.run(levels)).values())

    do(work)
