"""A file has the same history whichever folder the server is started in."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from embedded import out_of_use
from rooted import Home, RootedServer

from bookstore.actions import versions
from bookstore.actions.elsewhere import elsewhere, join
from bookstore.actions.restore import restore
from bookstore.actions.versions import VersionAddress
from bookstore.errors import BadRequest, NotFound, StoreUnavailable

pytestmark = pytest.mark.asyncio


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
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


async def test_a_store_of_another_root_that_cannot_be_read_hides_nothing_of_ones_own(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    async with home.server("up/work") as below:
        await below.save("a.ipynb", "one")
        bucket = below.bookstore.store.bucket
    async with home.server("up") as above:
        await above.save("work/a.ipynb", "two")
        with out_of_use(home.folder / "store" / bucket):
            history = await above.history("work/a.ipynb")
    assert [version["folder"] for version in history] == ["", ""]
    assert "is passed over" in caplog.text


async def test_a_hidden_file_is_told_of_by_no_history(home: Home) -> None:
    async with home.server("up/.work") as below:
        await below.save("a.ipynb", "one")
        bucket = below.bookstore.store.bucket
    async with home.server("up") as above:
        assert await above.history(".work/a.ipynb") == []
        key = f"workspace/.bookstore/roots/{bucket}/notebooks/.work/a.ipynb"
        with pytest.raises(NotFound):
            await above.bookstore.store.get(key)


# -- roots that share a bucket -----------------------------------------------------------------


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """All roots have one bucket, as on S3; a key does not tell which root it is of."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return Home(tmp_path, local_bucket="shared")


async def offers(server: RootedServer, path: str) -> list[dict[str, Any]]:
    return await elsewhere(
        server.bookstore, path, await versions.versions(server.bookstore, path, limit=50)
    )


async def test_in_a_shared_bucket_what_another_root_has_is_offered_and_told_once_joined(
    shared: Home,
) -> None:
    async with shared.server("up/work") as below:
        await below.save("a.ipynb", "one", "two")
    async with shared.server("up") as above:
        assert await above.history("work/a.ipynb") == []
        [offer] = await offers(above, "work/a.ipynb")
        assert offer == {
            "folder": "work",
            "path": "a.ipynb",
            "versions": 2,
            "more": False,
            "joined": False,
        }
        await join(above.bookstore, "work/a.ipynb", "work", joined=True)
        history = await above.history("work/a.ipynb")
        assert await says(above, history) == ["two", "one"]
        assert [version["folder"] for version in history] == ["work", "work"]
        [offer] = await offers(above, "work/a.ipynb")
        assert (offer["joined"], offer["versions"]) == (True, None)
        await above.save("work/a.ipynb", "three")
    async with shared.server("up/work") as below:
        assert await says(below, await below.history("a.ipynb")) == ["three", "two", "one"]


async def test_what_was_joined_can_be_told_apart_again(shared: Home) -> None:
    async with shared.server("up/work") as below:
        await below.save("a.ipynb", "one")
    async with shared.server("up") as above:
        await join(above.bookstore, "work/a.ipynb", "work", joined=True)
        assert len(await above.history("work/a.ipynb")) == 1
        await join(above.bookstore, "work/a.ipynb", "work", joined=False)
        assert await above.history("work/a.ipynb") == []
        [offer] = await offers(above, "work/a.ipynb")
        assert not offer["joined"]


async def test_nothing_is_offered_where_there_is_nothing(shared: Home) -> None:
    async with shared.server("up/work"), shared.server("up/play") as play:
        await play.save("a.ipynb", "one")
    async with shared.server("up") as above:
        await above.save("work/b.ipynb", "two")
        assert await offers(above, "work/b.ipynb") == []


@pytest.mark.parametrize("folder", ["", "play", "..", "/", "x" * 5000])
async def test_only_a_root_above_the_notebook_can_be_joined(shared: Home, folder: str) -> None:
    async with shared.server("up/play"), shared.server("up/work"), shared.server("up") as above:
        await above.save("work/a.ipynb", "one")
        with pytest.raises((BadRequest, NotFound)):
            await join(above.bookstore, "work/a.ipynb", folder, joined=True)


async def test_a_folder_that_cannot_note_what_is_joined_says_so(shared: Home) -> None:
    async with shared.server("up/work"), shared.server("up") as above:
        await above.save("work/a.ipynb", "one")
        (shared.folder / "data" / "bookstore" / "joined-roots.json").mkdir()
        with pytest.raises(StoreUnavailable, match="cannot be noted"):
            await join(above.bookstore, "work/a.ipynb", "work", joined=True)


async def test_a_folder_that_was_moved_offers_what_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    home = Home(tmp_path)
    async with home.server("old") as server:
        await server.save("a.ipynb", "one", "two")
        await server.save("b.ipynb", "three")
    (tmp_path / "old").rename(tmp_path / "new")
    async with home.server("new") as server:
        await server.manager.capture.notice("a.ipynb")
        await server.bookstore.uploader.drain(deadline_s=20)
        assert len(await server.history("a.ipynb")) == 1
        [offer] = await offers(server, "a.ipynb")
        assert (offer["folder"], offer["versions"]) == ("../old", 2)
        await join(server.bookstore, "a.ipynb", "../old", joined=True)
        assert await says(server, await server.history("a.ipynb")) == ["two", "one"]
        assert [each["folder"] for each in await server.history("b.ipynb")] == ["../old"]


async def test_a_folder_that_is_gone_offers_nothing_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has the same name in another project is not what was in that one."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    home = Home(tmp_path)
    async with home.server("old") as server:
        await server.save("a.ipynb", "one")
    rmtree(tmp_path / "old")
    async with home.server("new") as server:
        await server.save("a.ipynb", "two")
        assert await offers(server, "a.ipynb") == []


async def test_a_hidden_file_is_not_offered_either(shared: Home) -> None:
    async with shared.server("up/.work") as below:
        await below.save("a.ipynb", "one")
    async with shared.server("up") as above:
        assert await offers(above, ".work/a.ipynb") == []
