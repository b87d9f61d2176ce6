"""A file has one history, whoever of a server's people edits it; each version says who made it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from colleagues import Colleague

from bookstore.settings.users import server_username
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

EACH_THEIR_OWN = {
    "workspace_prefix": "workspace/{username}",
    "published_prefix": "published/{username}",
}

SignedIn = Callable[[str], Colleague]


def facts(versions: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(version["author"], version["kind"]) for version in versions]


@pytest.mark.parametrize("bookstore_config", [EACH_THEIR_OWN])
async def test_two_people_on_one_server_write_one_history(
    signed_in: SignedIn, bookstore: Bookstore, store: MemoryStore
) -> None:
    ada, bob = signed_in("ada"), signed_in("bob")
    await ada.save("plan.ipynb", "1")
    await bob.save("plan.ipynb", "2")
    await ada.save("plan.ipynb", "3")
    made = [("ada", "save"), ("bob", "save"), ("ada", "save")]
    assert facts(await ada.versions("plan.ipynb")) == made
    assert facts(await bob.versions("plan.ipynb")) == made
    await bookstore.uploader.drain(deadline_s=30)
    key = f"workspace/{server_username()}/plan.ipynb"
    assert [version.key async for version in store.list("workspace/")] == [key]


@pytest.mark.parametrize("bookstore_config", [EACH_THEIR_OWN])
async def test_on_a_hub_it_is_the_place_of_the_servers_owner_for_visitors_too(
    signed_in: SignedIn, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    await signed_in("bob").save("plan.ipynb", "1")
    await bookstore.uploader.drain(deadline_s=30)
    stored = await bookstore.store.head("workspace/ada/plan.ipynb")
    assert (stored.metadata or {})["author"] == "bob"


@pytest.mark.parametrize("bookstore_config", [EACH_THEIR_OWN])
async def test_what_one_publishes_another_lists_and_takes_back(signed_in: SignedIn) -> None:
    ada, bob = signed_in("ada"), signed_in("bob")
    await ada.save("plan.ipynb", "1")
    await ada.ask("PUT", "bookstore", "published", "plan.ipynb", body={"type": "notebook"})
    [entry] = (await bob.ask("GET", "bookstore", "published"))["published"]
    assert (entry["path"], entry["publisher"]) == ("plan.ipynb", "ada")
    await bob.ask("DELETE", "bookstore", "published", "plan.ipynb")
    assert (await ada.ask("GET", "bookstore", "published"))["published"] == []
