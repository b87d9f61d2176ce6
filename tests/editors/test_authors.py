"""A version names everybody who made it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from colleagues import Colleague
from jupyter_server.serverapp import ServerApp
from shared_document import ROOM, Shared
from tornado.web import HTTPError

from bookstore.authors import includes, joint
from bookstore.keys.metadata import decode_metadata, encode_metadata
from bookstore.records import Provenance
from bookstore.settings.users import server_username
from bookstore.wiring import Bookstore

SignedIn = Callable[[str], Colleague]


async def authors(person: Colleague) -> list[str]:
    """Who made each version, oldest first."""
    return [version["author"] for version in reversed(await person.versions("plan.ipynb"))]


async def test_a_shared_documents_version_names_all_who_edited_it_since_the_one_before(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    shared = Shared(jp_serverapp)
    shared.edited_by("ada", "bob", "ada")
    await shared.save("1")
    shared.edited_by("bob")
    await shared.save("2")
    assert await authors(signed_in("ada")) == ["ada, bob", "bob"]


async def test_where_nobody_is_known_to_have_edited_it_is_whoever_saves(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    shared = Shared(jp_serverapp)
    await shared.save("1")
    assert await authors(signed_in("ada")) == [server_username()]


async def test_what_a_request_brings_is_its_users_alone(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    """A script that writes the file while others edit the document has none of their edits."""
    shared = Shared(jp_serverapp)
    shared.edited_by("ada")
    await signed_in("bob").save("plan.ipynb", "1")
    await shared.save("2")
    assert await authors(signed_in("ada")) == ["bob", "ada"]


async def test_a_save_that_fails_forgets_nobody(
    jp_serverapp: ServerApp, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Shared(jp_serverapp)
    shared.edited_by("ada")

    def refuse(**_: Any) -> None:
        raise HTTPError(403)

    with monkeypatch.context() as broken:
        broken.setattr(shared.manager, "run_pre_save_hooks", refuse)
        with pytest.raises(HTTPError):
            await shared.save("1")
    shared.edited_by("bob")
    await shared.save("2")
    assert await authors(signed_in("ada")) == ["ada, bob"]


async def test_an_edit_while_it_is_saved_counts_for_the_next_version_as_well(
    jp_serverapp: ServerApp, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = Shared(jp_serverapp)
    shared.edited_by("ada", "bob")
    with monkeypatch.context() as typing:
        typing.setattr(
            shared.manager, "run_pre_save_hooks", lambda **_: shared.edited_by("bob", "eve")
        )
        await shared.save("1")
    await shared.save("2")
    assert await authors(signed_in("ada")) == ["ada, bob", "bob, eve"]


async def test_a_document_that_was_renamed_is_saved_under_its_new_name(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    shared = Shared(jp_serverapp)
    shared.path = "draft.ipynb"
    await shared.save("1")
    shared.edited_by("ada", "bob")
    shared.path = "plan.ipynb"
    await shared.save("2")
    assert await authors(signed_in("ada")) == ["ada, bob"]


async def test_who_left_is_named_no_more(jp_serverapp: ServerApp, signed_in: SignedIn) -> None:
    shared = Shared(jp_serverapp)
    shared.edited_by("ada")
    shared.documents.close(ROOM)
    shared.edited_by("bob")
    await shared.save("1")
    assert await authors(signed_in("ada")) == [server_username()]
    assert len(shared.documents) == 0


@pytest.mark.parametrize("bookstore_config", [{"coalesce_s": 600.0}])
async def test_coalescing_keeps_one_persons_work_apart_from_anothers(
    jp_serverapp: ServerApp, signed_in: SignedIn, bookstore: Bookstore
) -> None:
    ada, bob = signed_in("ada"), signed_in("bob")
    await ada.save("plan.ipynb", "1")
    await ada.save("plan.ipynb", "2")
    await bob.save("plan.ipynb", "3")
    await ada.save("plan.ipynb", "4")
    await ada.save("plan.ipynb", "5")
    assert await authors(ada) == ["ada", "bob", "ada"]
    bodies = [(await bookstore.outbox.body(entry)) for entry in await bookstore.outbox.entries()]
    assert [body.count(f'"{last}"'.encode()) for body, last in zip(bodies, "235", strict=True)] == [
        1,
        1,
        1,
    ]


@pytest.mark.parametrize("bookstore_config", [{"coalesce_s": 600.0}])
async def test_coalesced_versions_of_a_shared_document_name_everybody(
    jp_serverapp: ServerApp, signed_in: SignedIn
) -> None:
    """Each save of it goes on from the one before, so what it replaces is in it."""
    shared = Shared(jp_serverapp)
    for number, name in enumerate(["ada", "bob", "ada", "eve"]):
        shared.edited_by(name)
        await shared.save("1", f"{number}")
    assert await authors(signed_in("ada")) == ["ada, bob, eve"]


def test_of_more_people_than_a_store_takes_the_first_are_named() -> None:
    crowd = [f"学生{number}" for number in range(200)]
    author = joint(crowd)
    assert author.startswith("学生0, 学生1, ")
    assert author.endswith(", and others")
    metadata = Provenance.of(b"", author=author, kind="save").to_metadata()
    assert decode_metadata(encode_metadata(metadata)) == metadata
    assert joint([author, "eve"]) == author


def test_names_are_joined_once_each_in_their_order() -> None:
    assert joint(["ada, bob", "eve", "ada"]) == "ada, bob, eve"
    assert joint([]) == ""
    assert includes("ada, bob", "bob")
    assert not includes("ada", "ada, bob")
