"""Beside Jupytext every save of a notebook is a version, whatever files it is kept in."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path

import pytest
from jupytext_server import (
    ARRANGEMENTS,
    TextEditor,
    TextOverArchiver,
    on_disk,
    server_config,
    sources_in,
    text_notebook,
)
from memory_fixtures import BUCKET
from traitlets.config import Config


@pytest.fixture(params=list(ARRANGEMENTS))
def arrangement(request: pytest.FixtureRequest) -> str:
    """How the two managers stand to each other."""
    name: str = request.param
    return name


@pytest.fixture
def jp_server_config(arrangement: str, tmp_path: Path, memory_stores: None) -> Config:
    return server_config(arrangement, tmp_path)


@pytest.fixture
def editor(jp_fetch, jp_serverapp, jp_root_dir) -> TextEditor:  # type: ignore[no-untyped-def]
    manager = jp_serverapp.web_app.settings["contents_manager"]
    return TextEditor(jp_fetch, manager.bookstore, jp_root_dir)


# -- copies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["clone", "cloned"])
async def test_a_notebook_is_cloned_under_a_free_name(editor: TextEditor, route: str) -> None:
    await editor.save("p.ipynb", "1")
    await editor.history("p.ipynb")
    wanted = {"s3_bucket": BUCKET, "s3_key": "workspace/p.ipynb", "target_path": "q.ipynb"}
    clones = [editor.ask("POST", "bookstore", route, body=wanted) for _ in range(3)]
    paths = {answer["path"] for answer in await asyncio.gather(*clones)}
    assert len(paths) == 3
    assert all(editor.sources(path) == ["1"] for path in paths)


async def test_a_version_is_restored_as_a_copy(editor: TextEditor) -> None:
    await editor.save("p.ipynb", "1")
    await editor.save("p.ipynb", "2")
    first = (await editor.history("p.ipynb"))[-1]
    wanted = {"version_id": first["version_id"], "target_path": "q.ipynb"}
    await editor.ask("POST", "bookstore", "restore", "p.ipynb", body=wanted)
    assert editor.sources("q.ipynb") == ["1"]
    assert await editor.kinds("q.ipynb") == ["restore"]


async def test_a_manager_without_a_server_archives(tmp_path: Path) -> None:
    """What a server shares is found by the server; such a manager has none, and no hash either."""
    manager = TextOverArchiver(
        root_dir=str(tmp_path), config=Config(BookstoreSettings=on_disk(tmp_path))
    )
    await manager.save({"type": "notebook", "content": text_notebook("1")}, "t.py")
    assert await manager.bookstore.outbox.heads.save_id("workspace/t.py")
    await manager.bookstore.close(deadline_s=10)


# -- hashes --------------------------------------------------------------------------------------


async def test_a_hash_that_is_asked_for_is_answered(editor: TextEditor) -> None:
    await editor.save("p.ipynb", "1")
    told = await editor.ask("GET", "contents", "p.ipynb", content="0", hash="1")
    assert told["hash"] == sha256(editor.on_disk("p.ipynb")).hexdigest()
    assert (await editor.ask("GET", "contents", "p.ipynb", content="0"))["hash"] is None


# -- notebooks that are text ---------------------------------------------------------------------


async def test_each_save_of_a_text_notebook_is_a_version_and_holds_the_text(
    editor: TextEditor,
) -> None:
    await editor.save("t.py", "1 + 1")
    await editor.save("t.py", "2 + 2")
    second, first = await editor.history("t.py")
    assert (first["kind"], second["kind"]) == ("save", "save")
    assert await editor.body("t.py", second) == editor.on_disk("t.py")
    assert b"1 + 1" in await editor.body("t.py", first)
    assert not (editor.root / ".ipynb_checkpoints").exists()


async def test_pressing_save_makes_a_manual_version_of_a_text_notebook_and_no_copy(
    editor: TextEditor,
) -> None:
    await editor.press_save("t.py", "1")
    await editor.save("t.py", "2")
    assert await editor.kinds("t.py") == ["manual", "save"]
    assert not (editor.root / ".ipynb_checkpoints").exists()


async def test_a_script_is_a_version_before_jupytext_writes_over_it(editor: TextEditor) -> None:
    editor.write_outside("t.py", "print('as it was')\n")
    await editor.open("t.py")
    await editor.save("t.py", "print('as it is')")
    assert await editor.kinds("t.py") == ["outside", "save"]
    first = (await editor.history("t.py"))[-1]
    assert await editor.body("t.py", first) == b"print('as it was')\n"


async def test_what_another_program_writes_into_a_text_notebook_is_a_version(
    editor: TextEditor,
) -> None:
    await editor.save("t.py", "1")
    editor.write_outside("t.py", "# %%\n2\n")
    await editor.open("t.py")
    assert await editor.kinds("t.py") == ["save", "outside"]


async def test_a_script_that_nobody_saved_as_a_notebook_has_no_history(editor: TextEditor) -> None:
    model = {"type": "file", "format": "text", "content": "print(1)\n"}
    await editor.ask("PUT", "contents", "plain.py", body=model)
    await editor.open("plain.py")
    assert await editor.history("plain.py") == []


async def test_a_text_notebook_that_is_saved_as_text_goes_on_having_a_history(
    editor: TextEditor,
) -> None:
    await editor.save("t.py", "1")
    model = {"type": "file", "format": "text", "content": "# %%\n2\n"}
    await editor.ask("PUT", "contents", "t.py", body=model)
    assert await editor.kinds("t.py") == ["save", "save"]


async def test_a_text_notebook_keeps_its_history_when_it_is_renamed(editor: TextEditor) -> None:
    await editor.save("t.py", "1")
    await editor.ask("PATCH", "contents", "t.py", body={"path": "u.py"})
    assert await editor.kinds("u.py") == ["save", "rename"]


async def test_a_text_notebook_that_is_deleted_can_be_brought_back(editor: TextEditor) -> None:
    await editor.save("t.py", "1")
    editor.write_outside("t.py", "# %%\nlast\n")
    await editor.ask("DELETE", "contents", "t.py")
    [last, *_] = [v for v in await editor.history("t.py") if v["kind"] != "delete"]
    assert [
        each["path"] for each in (await editor.ask("GET", "bookstore", "deleted"))["deleted"]
    ] == ["t.py"]
    await editor.ask(
        "POST", "bookstore", "restore", "t.py", body={"version_id": last["version_id"]}
    )
    assert editor.on_disk("t.py") == b"# %%\nlast\n"


# -- pairs ---------------------------------------------------------------------------------------

PAIR = "ipynb,py:percent"


@pytest.mark.parametrize("asked", ["n.ipynb", "n.py"])
async def test_from_either_side_both_files_of_a_pair_are_saved_as_versions(
    editor: TextEditor, asked: str
) -> None:
    await editor.save(asked, "1", formats=PAIR)
    await editor.save(asked, "2", formats=PAIR)
    for path in ("n.ipynb", "n.py"):
        await editor.open(path)
        assert await editor.kinds(path) == ["save", "save"], path
        newest = (await editor.history(path))[0]
        assert await editor.body(path, newest) == editor.on_disk(path)


async def test_both_sides_of_a_pair_can_be_saved_at_once(editor: TextEditor) -> None:
    sides = [
        editor.save(path, f"{number}", formats=PAIR)
        for number in range(4)
        for path in ("n.ipynb", "n.py")
    ]
    await asyncio.wait_for(asyncio.gather(*sides), 180)
    for path in ("n.ipynb", "n.py"):
        newest = (await editor.history(path))[0]
        assert await editor.body(path, newest) == editor.on_disk(path)


async def test_what_another_program_wrote_into_the_other_file_is_a_version_before(
    editor: TextEditor,
) -> None:
    await editor.save("n.ipynb", "1", formats=PAIR)
    editor.write_outside("n.py", "# %%\n'from elsewhere'\n")
    await editor.save("n.ipynb", "2", formats=PAIR)
    assert await editor.kinds("n.py") == ["save", "outside", "save"]


async def test_opening_a_pair_makes_no_version(editor: TextEditor) -> None:
    await editor.save("n.py", "1", formats=PAIR)
    await editor.open("n.py")
    await editor.open("n.ipynb")
    assert await editor.kinds("n.ipynb") == ["save"]
    assert await editor.kinds("n.py") == ["save"]


async def test_the_history_of_both_files_follows_when_a_pair_is_renamed(
    editor: TextEditor, arrangement: str
) -> None:
    await editor.save("n.ipynb", "1", formats=PAIR)
    await editor.ask("PATCH", "contents", "n.ipynb", body={"path": "m.ipynb"})
    assert await editor.kinds("m.ipynb") == ["save", "rename"]
    expected = [] if arrangement == "archiver over text" else ["save", "rename"]
    assert await editor.kinds("m.py") == expected


# -- what is shown, compared and restored --------------------------------------------------------


async def test_a_version_of_a_text_notebook_is_shown_as_the_notebook_that_it_is(
    editor: TextEditor,
) -> None:
    await editor.save("t.py", "1", "2")
    [version] = await editor.history("t.py")
    asked = {"version_id": version["version_id"], "content": "1"}
    shown = await editor.ask("GET", "bookstore", "versions", "t.py", **asked)
    assert (shown["type"], sources_in(shown["content"])) == ("notebook", ["1", "2"])
    text = await editor.ask("GET", "bookstore", "versions", "t.py", **asked, type="file")
    assert text["content"].encode() == editor.on_disk("t.py")


async def test_text_notebooks_are_compared_cell_by_cell(editor: TextEditor) -> None:
    await editor.save("t.py", "a = 1", "b = 2")
    await editor.save("t.py", "a = 1", "b = 3", "c = 4")
    new, old = await editor.history("t.py")
    between = {"base": old["version_id"], "remote": new["version_id"]}
    told = await editor.ask("GET", "bookstore", "diff", "t.py", **between)
    assert (told["summary"]["cells_changed"], told["summary"]["cells_added"]) == (1, 1)
    saved = await editor.ask("GET", "bookstore", "diff", "t.py", base=new["version_id"])
    assert saved["diff"] == []


async def test_an_open_text_notebook_is_compared_by_what_a_save_would_write(
    editor: TextEditor,
) -> None:
    await editor.save("t.py", "a = 1", "b = 2")
    [version] = await editor.history("t.py")
    opened = (await editor.open("t.py"))["content"]
    opened["cells"][0] |= {"execution_count": 7}
    body = {"base": version["version_id"], "content": opened}
    assert (await editor.ask("POST", "bookstore", "diff", "t.py", body=body))["diff"] == []
    opened["cells"][1]["source"] = "b = 3"
    told = await editor.ask("POST", "bookstore", "diff", "t.py", body=body)
    assert told["summary"]["cells_changed"] == 1


async def test_a_version_of_a_text_notebook_is_restored_byte_for_byte(editor: TextEditor) -> None:
    await editor.save("t.py", "1")
    before = editor.on_disk("t.py")
    await editor.save("t.py", "2")
    editor.write_outside("t.py", "# %%\n3\n")
    first = (await editor.history("t.py"))[-1]
    wanted = {"version_id": first["version_id"]}
    await editor.ask("POST", "bookstore", "restore", "t.py", body=wanted)
    assert editor.on_disk("t.py") == before
    assert await editor.kinds("t.py") == ["save", "save", "outside", "restore"]


async def test_an_open_text_notebook_gets_the_version_as_a_notebook(editor: TextEditor) -> None:
    await editor.save("t.py", "1")
    await editor.save("t.py", "2")
    first = (await editor.history("t.py"))[-1]
    wanted = {"version_id": first["version_id"], "in_editor": True}
    restored = await editor.ask("POST", "bookstore", "restore", "t.py", body=wanted)
    assert sources_in(restored["content"]) == ["1"]
    model = {"type": "notebook", "format": "json", "content": restored["content"]}
    await editor.ask("PUT", "contents", "t.py", body=model)
    assert await editor.kinds("t.py") == ["save", "save", "restore"]


async def test_a_restored_script_is_told_as_restored_though_its_header_is_written_anew(
    editor: TextEditor,
) -> None:
    editor.write_outside("t.py", "# %%\n1\n\n# %%\nkeep\n")
    await editor.save("t.py", "2", "keep")
    script = (await editor.history("t.py"))[-1]
    wanted = {"version_id": script["version_id"], "in_editor": True}
    restored = await editor.ask("POST", "bookstore", "restore", "t.py", body=wanted)
    edited = (await editor.open("t.py"))["content"]
    edited["cells"] = restored["content"]["cells"]
    model = {"type": "notebook", "format": "json", "content": edited}
    await editor.ask("PUT", "contents", "t.py", body=model)
    assert await editor.kinds("t.py") == ["outside", "save", "restore"]


async def test_the_checkpoint_menu_reverts_a_text_notebook(editor: TextEditor) -> None:
    made = await editor.press_save("t.py", "1")
    before = editor.on_disk("t.py")
    await editor.save("t.py", "2")
    await editor.ask("POST", "contents", "t.py", "checkpoints", made["id"])
    assert editor.on_disk("t.py") == before
