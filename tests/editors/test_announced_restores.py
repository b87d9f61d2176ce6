"""A restore in one person's editor is that person's save, whoever else saves in between."""

from __future__ import annotations

from collections.abc import Callable

from colleagues import Colleague
from notebooks import notebook

SignedIn = Callable[[str], Colleague]


async def written_twice(person: Colleague) -> dict[str, str]:
    """Save ``plan.ipynb`` twice and return the first version."""
    await person.save("plan.ipynb", "total = 1", "old\ncode")
    await person.save("plan.ipynb", "mean = 2 / 7", "new\ncode", "more")
    oldest: dict[str, str] = (await person.versions("plan.ipynb"))[-1]
    return oldest


async def facts(person: Colleague) -> list[tuple[str, str]]:
    """Who made each version after the first two and what it is, oldest first."""
    versions = (await person.versions("plan.ipynb"))[:-2]
    return [(version["author"], version["kind"]) for version in reversed(versions)]


async def test_anothers_autosave_in_between_is_an_ordinary_save(signed_in: SignedIn) -> None:
    ada, bob = signed_in("ada"), signed_in("bob")
    oldest = await written_twice(ada)
    content = await ada.restore_in_editor("plan.ipynb", oldest)
    await bob.save("plan.ipynb", "mean = 2 / 71", "new\ncode", "more")
    await ada.save_content("plan.ipynb", content)
    await bob.save("plan.ipynb", "total = 1", "old\ncode", "bob's")
    assert await facts(ada) == [("bob", "save"), ("ada", "restore"), ("bob", "save")]
    restored = (await ada.versions("plan.ipynb"))[1]
    assert restored["source"].startswith("plan.ipynb @ ")


async def test_a_save_of_what_was_there_before_is_not_the_restore_that_the_same_person_began(
    signed_in: SignedIn,
) -> None:
    """Her editor did not put the version in place, say: she goes on typing."""
    ada = signed_in("ada")
    oldest = await written_twice(ada)
    await ada.restore_in_editor("plan.ipynb", oldest)
    await ada.save("plan.ipynb", "mean = 2 / 7", "new\ncode", "more, and more")
    assert await facts(ada) == [("ada", "save")]


async def test_the_version_with_edits_merged_into_it_is_the_restore(signed_in: SignedIn) -> None:
    ada = signed_in("ada")
    oldest = await written_twice(ada)
    content = await ada.restore_in_editor("plan.ipynb", oldest)
    content["cells"][0]["source"] += "3"
    await ada.save_content("plan.ipynb", content)
    assert await facts(ada) == [("ada", "restore")]


async def test_the_version_itself_is_the_restore_whoever_saves_it(signed_in: SignedIn) -> None:
    """In a shared document the last to touch it is the one whose request saves it."""
    ada, bob = signed_in("ada"), signed_in("bob")
    oldest = await written_twice(ada)
    await bob.save_content("plan.ipynb", await ada.restore_in_editor("plan.ipynb", oldest))
    assert await facts(ada) == [("bob", "restore")]


async def test_a_notebook_that_is_gone_is_restored_into_the_editor_that_still_has_it(
    signed_in: SignedIn,
) -> None:
    ada = signed_in("ada")
    oldest = await written_twice(ada)
    await ada.ask("DELETE", "contents", "plan.ipynb")
    content = await ada.restore_in_editor("plan.ipynb", oldest)
    await ada.save_content("plan.ipynb", content)
    assert await facts(ada) == [("ada", "delete"), ("ada", "restore")]


async def test_of_two_people_who_restore_the_later_one_is_waited_for(signed_in: SignedIn) -> None:
    ada, bob = signed_in("ada"), signed_in("bob")
    oldest = await written_twice(ada)
    newest = (await ada.versions("plan.ipynb"))[0]
    await bob.save_content("plan.ipynb", notebook("something", "else"))
    first = await ada.restore_in_editor("plan.ipynb", oldest)
    second = await bob.restore_in_editor("plan.ipynb", newest)
    await ada.save_content("plan.ipynb", first)
    await bob.save_content("plan.ipynb", second)
    assert await facts(ada) == [("bob", "save"), ("ada", "save"), ("bob", "restore")]
