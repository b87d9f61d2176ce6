"""What nbdime and others read of a checkpoint, as of any checkpoints of Jupyter's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from editor import Editor
from jupyter_server.services.contents.checkpoints import GenericCheckpointsMixin
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints
from tornado.web import HTTPError

from bookstore import BookstoreContentsArchiver
from bookstore.keys.checkpoint_ids import CheckpointAddress, to_checkpoint_id
from bookstore.store.memory import MemoryStore


@pytest.fixture
def checkpoints(manager: BookstoreContentsArchiver) -> Any:
    found = manager.checkpoints
    assert isinstance(found, GenericCheckpointsMixin)  # how nbdime recognises what it can read
    return found


async def compared(checkpoints: Any, path: str) -> str:
    """The source that nbdime compares the notebook with: it asks with the first of the list."""
    listed = await checkpoints.list_checkpoints(path)
    model = await checkpoints.get_notebook_checkpoint(listed[0], path)
    assert model["type"] == "notebook"
    return "".join(cell["source"] for cell in model["content"]["cells"])


async def test_a_checkpoint_is_read_by_its_id(editor: Editor, checkpoints: Any) -> None:
    made = await editor.save("a.ipynb", "1")
    before = editor.on_disk_bytes("a.ipynb").decode()
    await editor.save("a.ipynb", "2")
    await editor.told("a.ipynb")
    model = await checkpoints.get_notebook_checkpoint(made["id"], "a.ipynb")
    assert model["content"]["cells"][0]["source"] == "1"
    text = await checkpoints.get_file_checkpoint(made["id"], "a.ipynb")
    assert (text["type"], text["format"], text["content"]) == ("file", "text", before)


async def test_a_notebook_is_compared_with_the_newest_manual_save(
    editor: Editor, checkpoints: Any
) -> None:
    await editor.save("a.ipynb", "manual 1")
    await editor.save("a.ipynb", "manual 2")
    await editor.autosave("a.ipynb", "auto 1")
    await editor.autosave("a.ipynb", "auto 2")
    assert await compared(checkpoints, "a.ipynb") == "manual 2"
    await editor.told("a.ipynb")
    assert await compared(checkpoints, "a.ipynb") == "manual 2"


async def test_a_notebook_is_never_compared_with_itself(editor: Editor, checkpoints: Any) -> None:
    await editor.save("a.ipynb", "1")
    await editor.save("a.ipynb", "2")
    await editor.save("a.ipynb", "1")
    assert await compared(checkpoints, "a.ipynb") == "2"


async def test_without_a_manual_save_the_newest_other_version_is_meant(
    editor: Editor, checkpoints: Any
) -> None:
    for source in ("1", "2", "3"):
        await editor.autosave("a.ipynb", source)
    assert await compared(checkpoints, "a.ipynb") == "2"


async def test_where_there_is_no_other_version_nothing_has_changed(
    editor: Editor, checkpoints: Any
) -> None:
    await editor.save("a.ipynb", "1")
    assert await compared(checkpoints, "a.ipynb") == "1"


async def test_versions_that_another_tool_stored_are_compared_by_their_bytes(
    editor: Editor, checkpoints: Any, store: MemoryStore
) -> None:
    await editor.save("a.ipynb", "1")
    await editor.told("a.ipynb")
    same = editor.on_disk_bytes("a.ipynb")
    for body in (same.replace(b'"1"', b'"other"'), same):
        await store.put("workspace/a.ipynb", body, metadata={}, content_type="")
    assert await compared(checkpoints, "a.ipynb") == "other"


async def test_what_is_not_archived_is_compared_with_jupyters_own_checkpoint(
    editor: Editor, checkpoints: Any, manager: BookstoreContentsArchiver
) -> None:
    manager.bookstore.settings.archive_globs = ["nothing"]
    editor.write_outside("a.ipynb", "before")
    await AsyncFileCheckpoints(parent=manager).create_checkpoint(manager, "a.ipynb")
    editor.write_outside("a.ipynb", "after")
    assert await compared(checkpoints, "a.ipynb") == "before"


@pytest.mark.parametrize(
    "checkpoint_id", ["checkpoint", "nonsense", to_checkpoint_id(CheckpointAddress("nonsense"))]
)
async def test_a_checkpoint_that_is_not_there_is_not_found(
    editor: Editor, checkpoints: Any, checkpoint_id: str
) -> None:
    await editor.save("a.ipynb", "1")
    with pytest.raises(HTTPError) as caught:
        await checkpoints.get_notebook_checkpoint(checkpoint_id, "a.ipynb")
    assert caught.value.status_code == 404


async def test_reading_a_checkpoint_writes_nothing(editor: Editor, checkpoints: Any) -> None:
    await editor.save("a.ipynb", "1")
    await editor.save("a.ipynb", "2")
    told = await editor.told("a.ipynb")
    await compared(checkpoints, "a.ipynb")
    assert await editor.told("a.ipynb") == told
    assert sorted(path.name for path in editor.root.iterdir()) == ["a.ipynb"]
    assert json.loads(editor.on_disk_bytes("a.ipynb"))["nbformat"] == 4
