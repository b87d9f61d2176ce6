"""What a Hub gives its users in the gallery it takes back, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from traitlets import TraitError

from bookstore.gallery.accounts.accounts import Accounts
from bookstore.gallery.accounts.groups import Groups, is_gid
from bookstore.gallery.accounts.hub_people import HubPeople, Membership, gid_of
from bookstore.gallery.database.models import User
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.hosts.hub_settings import GalleryHub
from bookstore.gallery.people import People


class Gallery:
    """A gallery whose Hub says things; two servers have it open."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.hubs = [HubPeople(database, People(database)) for _ in range(2)]
        self.groups = Groups(database)

    async def says(
        self, name: str, *groups: str, is_administrator: bool | None = None, server: int = 0
    ) -> int | None:
        """Tell what the Hub says of somebody."""
        memberships = GalleryHub().memberships([*groups])
        return await self.hubs[server].known(
            name, memberships=memberships, is_administrator=is_administrator
        )

    async def members(self, gid: str) -> dict[str, str]:
        """Return who is in a group, and as what."""
        found = [group for group in await self.groups.all() if group.gid == gid]
        return dict(found[0].members) if found else {}

    async def is_administrator(self, name: str) -> bool:
        """Return whether the database says so."""
        asked = select(User.admin).where(User.user_name == name)
        return bool(await self.database.run(lambda session: session.scalar(asked)))


Do = Callable[[Callable[[Gallery], Awaitable[None]]], None]


@pytest.fixture
def do(gallery: str) -> Do:
    """Do something with a gallery."""

    def done(work: Callable[[Gallery], Awaitable[None]]) -> None:
        async def whole() -> None:
            database = Database(gallery)
            try:
                await work(Gallery(database))
            finally:
                await database.close()

        asyncio.run(whole())

    return done


def test_groups_are_the_hubs_and_are_left_there_as_well(do: Do) -> None:
    async def work(each: Gallery) -> None:
        ada = await each.says("ada", "oceans", "winds")
        assert await each.says("bob", "oceans") not in (None, ada)
        assert await each.members("oceans") == {"ada": "editor", "bob": "editor"}
        assert await each.says("ada", "winds", "ice") == ada
        assert await each.members("oceans") == {"bob": "editor"}
        assert await each.members("ice") == {"ada": "editor"}
        assert await each.says("ada", server=1) == ada
        assert not await each.members("ice")

    do(work)


def test_what_an_administrator_has_said_stays(do: Do) -> None:
    async def work(each: Gallery) -> None:
        await each.says("ada")
        await each.groups.add("oceans")
        await each.groups.put("oceans", "ada", "owner")
        await each.says("ada", "oceans", is_administrator=False)
        assert await each.members("oceans") == {"ada": "owner"}
        await Accounts(each.database).set_administrator("ada", is_one=True)
        await each.says("ada", is_administrator=True)
        await each.says("ada", is_administrator=False)
        assert await each.members("oceans") == {"ada": "owner"}
        assert await each.is_administrator("ada")

    do(work)


def test_an_administrator_of_the_hubs_is_one_until_the_hub_says_otherwise(do: Do) -> None:
    async def work(each: Gallery) -> None:
        await each.says("ada", is_administrator=True)
        assert await each.is_administrator("ada")
        await each.says("ada", "oceans", is_administrator=None)
        assert await each.is_administrator("ada")
        await each.says("ada", is_administrator=False)
        assert not await each.is_administrator("ada")

    do(work)


def test_what_the_hub_does_not_say_stays(do: Do) -> None:
    async def work(each: Gallery) -> None:
        await each.says("ada", "oceans", is_administrator=True)
        await each.hubs[1].known("ada", memberships=None, is_administrator=None)
        assert await each.members("oceans") == {"ada": "editor"}

    do(work)


def test_whom_the_gallery_has_locked_is_nobody(do: Do) -> None:
    async def work(each: Gallery) -> None:
        ada = await each.says("ada")
        await Accounts(each.database).disable("ada")
        assert await each.says("ada", "oceans") is None
        assert not await each.members("oceans")
        await Accounts(each.database).enable("ada")
        assert await each.says("ada", "oceans") == ada

    do(work)


def test_a_group_that_is_called_anything_is_one(do: Do) -> None:
    async def work(each: Gallery) -> None:
        names = ["Ocean Team", "\0", "\ud800", "x" * 300, "\N{WAVING HAND SIGN}"]
        await each.says("ada", *names)
        assert len(await each.groups.all()) == len(names)
        await each.says("ada")
        assert not any(group.members for group in await each.groups.all())

    do(work)


def test_many_who_come_at_once_are_all_members(do: Do) -> None:
    async def work(each: Gallery) -> None:
        names = [f"user-{number}" for number in range(6)]
        found = await asyncio.gather(
            *(each.says(name, "oceans", server=server) for name in names for server in (0, 1))
        )
        assert len(set(found)) == len(names)
        assert set(await each.members("oceans")) == set(names)

    do(work)


# -- settings ------------------------------------------------------------------------------------


def test_the_hubs_groups_are_mapped_as_the_setting_says() -> None:
    told = {"oceans": "editor", "ocean-leads": "oceans:owner", "winds": "oceans:reader"}
    found = GalleryHub(groups=told).memberships(["winds", "oceans", "other"])
    assert found == {Membership(gid="oceans", name="oceans", role="editor")}
    all_of_them = GalleryHub(groups={**told, "*": "reader"}).memberships([*told, "other"])
    assert {each.gid: each.role for each in all_of_them} == {"oceans": "owner", "other": "reader"}


@pytest.mark.parametrize("name", ["Ocean Team", "océans", "", ".", "x" * 300, "a/b", "\ud800", "*"])
def test_each_group_has_an_address_of_its_own(name: str) -> None:
    assert is_gid(gid_of(name))
    assert gid_of(name) != gid_of(f"{name} ")


def test_a_name_that_is_an_address_stays_one() -> None:
    assert gid_of("oceans") == "oceans"
    assert gid_of("Oceans") != "oceans", "they are two groups at the Hub"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("groups", {"oceans": "captain"}),
        ("groups", {"oceans": "two words:editor"}),
        ("groups", {"oceans": ":editor"}),
        ("scopes", {"sail": "custom:sail", "administer": "custom:a"}),
        ("scopes", {"read": "custom:read"}),
    ],
)
def test_a_setting_that_cannot_be_right_is_told(setting: str, value: dict[str, str]) -> None:
    with pytest.raises(TraitError, match=rf"GalleryHub\.{setting}"):
        GalleryHub(**{setting: value})
