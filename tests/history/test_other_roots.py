"""A file has the same history whichever folder the server is started in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rooted import Home, RootedServer

from bookstore.actions import versions
from bookstore.actions.restore import restore
from bookstore.actions.versions import VersionAddress
from bookstore.errors import NotFound

pytestmark = pytest.mark.asyncio


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


async def says(server: RootedServer, history: list[dict[str, Any]]) -> list[str]:
    """Which of the words "one", "two" ... each version of *history* holds."""
    words = ("one", "two", "three", "four")
    bodies = [await server.body(version) for version in history]
    return [next(word for word in words if word in body) for body in bodies]


async def test_started_in_the_folder_above_a_notebook_keeps_its_history(home: Home) -> None:
    async with home.server("up/work") as below:
        await below.save("a.ipynb", "one", "two")
    async with home.server("up") as above:
        await above.save("work/a.ipynb", "three")
        history = await above.history("work/a.ipynb")
        assert await says(above, history) == ["three", "two", "one"]
    assert [version["folder"] for version in history] == ["", "work", "work"]
    assert [version["is_latest"] for version in history] == [True, False, False]


async def test_started_in_a_folder_below_it_does_too(home: Home) -> None:
    (home.folder / "up" / "work").mkdir(parents=True)
    async with home.server("up") as above:
        await above.save("work/a.ipynb", "one", "two")
    async with home.server("up/work") as below:
        history = await below.history("a.ipynb")
        assert await says(below, history) == ["two", "one"]
        assert [version["folder"] for version in history] == ["..", ".."]
        await below.save("a.ipynb", "three")
        assert len(await below.history("a.ipynb")) == 3


async def test_both_servers_may_run_at_the_same_time(home: Home) -> None:
    async with home.server("up") as above, home.server("up/work") as below:
        await below.save("a.ipynb", "one")
        await above.save("work/a.ipynb", "two")
        await below.save("a.ipynb", "three")
        for server, path in ((above, "work/a.ipynb"), (below, "a.ipynb")):
            assert await says(server, await server.history(path)) == ["three", "two", "one"]


async def test_pages_go_on_where_the_one_before_ended(home: Home) -> None:
    async with home.server("up") as above, home.server("up/work") as below:
        for source in ("one", "two", "three", "four"):
            await below.save("a.ipynb", source)
            await above.save("work/a.ipynb", source + " above")
        whole = await above.history("work/a.ipynb")
        assert len(whole) == 8
        told = await above.history("work/a.ipynb", limit=3)
    assert [each["save_id"] for each in told] == [each["save_id"] for each in whole]


async def test_a_rename_below_is_followed_from_above(home: Home) -> None:
    async with home.server("up/work") as below:
        await below.save("old.ipynb", "one", "two")
        await below.rename("old.ipynb", "deep.ipynb")
    async with home.server("up") as above:
        history = await above.history("work/deep.ipynb")
        assert await says(above, history) == ["two", "two", "one"]
        await above.rename("work/deep.ipynb", "work/new.ipynb")
        assert len(await above.history("work/new.ipynb")) == 4
    assert history[0]["kind"] == "rename"
    assert history[0]["source"] == "work/old.ipynb"


async def test_what_came_from_outside_of_the_root_ends_there(home: Home) -> None:
    """Nobody is told below a root what is above it."""
    async with home.server("up") as above:
        await above.save("a.ipynb", "one")
        (home.folder / "up" / "work").mkdir()
        await above.rename("a.ipynb", "work/a.ipynb")
    async with home.server("up/work") as below:
        [version] = await below.history("a.ipynb")
    assert (version["kind"], version["source"]) == ("rename", "")


async def test_a_folder_that_is_a_link_is_what_it_leads_to(home: Home) -> None:
    async with home.server("data/work") as real:
        await real.save("a.ipynb", "one")
    (home.folder / "up").mkdir()
    (home.folder / "up" / "link").symlink_to(home.folder / "data" / "work")
    async with home.server("up") as above:
        assert await says(above, await above.history("link/a.ipynb")) == ["one"]
    async with home.server("up/link") as by_link:
        assert len(await by_link.history("a.ipynb")) == 1


async def test_a_file_of_the_same_name_elsewhere_is_another(home: Home) -> None:
    async with home.server("up/work") as work:
        await work.save("a.ipynb", "one")
    async with home.server("up/play") as play:
        assert await play.history("a.ipynb") == []
    async with home.server("up") as above:
        assert await above.history("a.ipynb") == []


async def test_what_is_there_can_be_named_compared_and_restored(home: Home) -> None:
    async with home.server("up/work") as below:
        await below.save("a.ipynb", "one", "two")
    async with home.server("up") as above:
        newest, oldest = await above.history("work/a.ipynb")
        address = above.address(oldest)
        await versions.label(above.bookstore, address, label="first", note=None, author="ada")
        await restore(above.bookstore, above.manager, "work/a.ipynb", address)
        assert '"one"' in (home.folder / "up" / "work" / "a.ipynb").read_text()
        before = await above.bookstore.history.before(
            await versions.find(above.bookstore, above.address(newest))
        )
        assert before is not None
        assert before.save_id == oldest["save_id"]
    async with home.server("up/work") as below:
        labels = [version["label"] for version in await below.history("a.ipynb")]
    assert labels[-2:] == ["", "first"]


async def test_jupyters_checkpoint_menu_has_them(home: Home) -> None:
    async with home.server("up/work") as below:
        await below.save("a.ipynb", "one", "two")
    async with home.server("up") as above:
        await above.save("work/a.ipynb", "three")
        checkpoints = await above.manager.list_checkpoints("work/a.ipynb")
        assert len(checkpoints) == 3
        oldest = min(checkpoints, key=lambda each: each["last_modified"])
        await above.manager.restore_checkpoint(oldest["id"], "work/a.ipynb")
    assert '"one"' in (home.folder / "up" / "work" / "a.ipynb").read_text()


@pytest.mark.parametrize(
    "path",
    ["../secret.ipynb", "x/../../secret.ipynb", "/secret.ipynb", "secret.ipynb", "a\0b.ipynb", ""],
)
async def test_a_made_up_key_leads_nowhere_outside_of_the_root(home: Home, path: str) -> None:
    async with home.server("up") as above:
        await above.save("secret.ipynb", "one")
        bucket = above.bookstore.store.bucket
    async with home.server("up/work") as below:
        for what in ("notebooks", "labels"):
            key = f"workspace/.bookstore/roots/{bucket}/{what}/{path}"
            with pytest.raises(NotFound):
                await below.bookstore.store.get(key)
            address = VersionAddress(f"bookstore:///{key.replace(chr(0), '%00')}", "save:x")
            with pytest.raises(NotFound):
                await versions.read(below.bookstore, address)
