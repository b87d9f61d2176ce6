"""The archiver answers, and leaves on disk, what Jupyter's own manager does, come what may."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_notebooks import NOTEBOOKS, odd_notebooks
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from notebooks import notebook
from tornado.web import HTTPError
from traitlets.config import Config

from bookstore import BookstoreContentsArchiver

NEW_ID = re.compile(rb'"id": "[0-9a-f]{8}"')
BOUNDED = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Side:
    """One of the two managers, with files of its own."""

    def __init__(self, home: Path, kind: type[AsyncLargeFileManager]) -> None:
        self.root = home / "root"
        self.root.mkdir(parents=True)
        config = Config(
            BookstoreSettings={
                "local_bucket": "books",
                "local_store_dir": str(home / "store"),
                "outbox_dir": str(home / "outbox"),
            },
            NotebookNotary={"data_dir": str(home), "db_file": ":memory:"},
        )
        self.manager = kind(root_dir=str(self.root), config=config)

    async def outcome(self, operation: str, *args: Any) -> str:
        """What an operation comes to: the kind of its answer, or of its failure."""
        try:
            answer = await getattr(self.manager, operation)(*copy.deepcopy(args))
        except HTTPError as error:
            return "refused" if error.status_code < 500 else f"failed with {error.status_code}"
        except Exception as error:
            return f"failed with {type(error).__name__}"
        return json.dumps(_lasting(answer), default=str, sort_keys=True)

    def files(self) -> dict[str, bytes]:
        """Every file of the user, with the ids that are new in each run left out."""
        return {
            str(file.relative_to(self.root)): NEW_ID.sub(b"", file.read_bytes())
            for file in sorted(self.root.rglob("*"))
            if file.is_file() and ".ipynb_checkpoints" not in file.parts
        }


def _lasting(answer: Any) -> Any:
    if not isinstance(answer, dict):
        return answer
    fleeting = {"created", "last_modified", "content", "hash", "message"}
    lasting = {name: value for name, value in answer.items() if name not in fleeting}
    return {**lasting, "is valid": not answer.get("message")}


class Pair:
    """The same done to both."""

    def __init__(self, home: Path) -> None:
        self.ours = Side(home / "ours", BookstoreContentsArchiver)
        self.jupyters = Side(home / "jupyters", AsyncLargeFileManager)

    async def do(self, operation: str, *args: Any) -> None:
        """Do it to both; it comes to the same, and leaves the same behind."""
        theirs = await self.jupyters.outcome(operation, *args)
        ours = await self.ours.outcome(operation, *args)
        if theirs != "failed with NotADirectoryError":  # at a checkpoint, of which we make none
            assert ours == theirs, (operation, args)
        assert self.ours.files() == self.jupyters.files(), (operation, args)

    async def close(self) -> None:
        await self.ours.manager.bookstore.close(deadline_s=0)


class Runner:
    """Runs what is asynchronous, one piece of a test after the other, on one loop."""

    def __init__(self, home: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.pair = self.loop.run_until_complete(self._made(home))

    async def _made(self, home: Path) -> Pair:
        return Pair(home)

    def do(self, operation: str, *args: Any) -> None:
        self.loop.run_until_complete(self.pair.do(operation, *args))

    def close(self) -> None:
        self.loop.run_until_complete(self.pair.close())
        self.loop.close()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    runner.close()


def model_of(content: Any) -> dict[str, Any]:
    return {"type": "notebook", "format": "json", "content": content}


def test_notebooks_of_any_kind_are_saved_as_jupyter_saves_them(both: Runner) -> None:
    for name, content in NOTEBOOKS.items():
        path = f"{re.sub('[^a-zA-Z0-9]+', '-', name)}.ipynb"
        try:
            decoded = json.loads(content)
        except (ValueError, RecursionError):
            decoded = content.decode(errors="replace")
        both.do("save", model_of(notebook("before")), path)
        both.do("save", model_of(decoded), path)
        both.do("get", path)


def test_notebooks_that_can_be_thought_of_are_saved_as_jupyter_saves_them(both: Runner) -> None:
    @BOUNDED
    @given(odd_notebooks())
    def save(content: Any) -> None:
        both.do("save", model_of(notebook("before")), "a.ipynb")
        both.do("save", model_of(content), "a.ipynb")
        both.do("get", "a.ipynb")

    save()


ODD_MODELS: list[dict[str, Any]] = [
    {},
    {"type": "notebook"},
    {"type": "notebook", "content": None},
    {"type": "file", "content": "x"},
    {"type": "file", "content": "x", "format": "text"},
    {"type": "file", "content": "eA==", "format": "base64"},
    {"type": "file", "content": "é", "format": "base64"},
    {"type": "file", "content": 7, "format": "text"},
    {"type": "file", "content": "\ud800", "format": "text"},
    {"type": "file", "content": "x", "format": "odd"},
    {"type": "file", "content": "a", "format": "text", "chunk": 1},
    {"type": "file", "content": "b", "format": "text", "chunk": 2},
    {"type": "file", "content": "c", "format": "text", "chunk": -1},
    {"type": "file", "content": "x", "format": "text", "chunk": "x"},
    {"type": "file", "content": "x", "format": "text", "chunk": True},
    {"type": "file", "content": "x", "format": "text", "chunk": [1]},
    {"type": "notebook", "content": notebook("1"), "chunk": 1},
    {"type": "directory"},
    {"type": "odd", "content": "x"},
    {"type": None, "content": "x"},
    {"type": ["notebook"], "content": notebook("1")},
]
PLACES = [
    *("a.ipynb", "a.txt", "", "/", "..", "../x.ipynb", "a/../../x.ipynb", "no/a.ipynb", "folder"),
    *("a\0.ipynb", ".hidden.ipynb", "folder/a.ipynb", "//a.ipynb//", "x" * 300 + ".ipynb"),
    *("loop/a.ipynb", "loop.ipynb", "dangling.ipynb", "a.ipynb/b.ipynb", "a%2f.ipynb", "\\.ipynb"),
]


@pytest.fixture
def furnished(both: Runner) -> Runner:
    """Both have a folder with a notebook, and links that lead nowhere."""
    for side in (both.pair.ours, both.pair.jupyters):
        (side.root / "loop").symlink_to("loop")
        (side.root / "loop.ipynb").symlink_to("loop.ipynb")
        (side.root / "dangling.ipynb").symlink_to("nowhere/x.ipynb")
    both.do("save", {"type": "directory"}, "folder")
    both.do("save", model_of(notebook("inside")), "folder/a.ipynb")
    return both


@pytest.mark.parametrize("number", range(len(ODD_MODELS)))
def test_any_model_is_saved_anywhere_as_jupyter_saves_it(furnished: Runner, number: int) -> None:
    for place in PLACES:
        furnished.do("save", ODD_MODELS[number], place)


def test_anything_is_read_renamed_copied_and_deleted_as_jupyter_does_it(furnished: Runner) -> None:
    furnished.do("save", model_of(notebook("1")), "b.ipynb")
    for place in PLACES:
        furnished.do("get", place)
        furnished.do("save", model_of(notebook("1")), "b.ipynb")
        furnished.do("rename", "b.ipynb", place)
        furnished.do("rename", place, "b.ipynb")
        furnished.do("copy", "folder/a.ipynb", place)
        if place.strip("/"):
            furnished.do("copy", place, "folder")
            furnished.do("delete", place)


def test_any_order_of_operations_comes_to_what_jupyter_makes_of_it(both: Runner) -> None:
    places = st.sampled_from(["a.ipynb", "b.ipynb", "f", "f/a.ipynb", "./a.ipynb", "f/../b.ipynb"])
    saves = st.tuples(
        st.just("save"), st.sampled_from([model_of(notebook("1")), *ODD_MODELS]), places
    )
    moves = st.tuples(st.sampled_from(["rename", "copy"]), places, places)
    others = st.tuples(st.sampled_from(["get", "delete"]), places)

    @BOUNDED
    @given(st.lists(saves | moves | others, max_size=6))
    def do(operations: list[tuple[Any, ...]]) -> None:
        for operation, *args in operations:
            both.do(operation, *args)

    do()
