"""What Jupyter opens is shown, compared, restored, published and cloned, valid or not.

The measure is Jupyter's own contents manager: it says which notebooks open, and what is in them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
import pytest
from http_helpers import Answer, Call, put
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from memory_fixtures import BUCKET
from notebooks import notebook, on_disk
from odd_notebooks import odd_notebooks
from tornado.web import HTTPError
from traitlets.config import Config

from bookstore.notebooks.comparing import compare
from bookstore.notebooks.diff import apply_diff
from bookstore.notebooks.diff.operations import same
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

Model: TypeAlias = "dict[str, Any]"

BESIDE_JUPYTER = "a mark of order"
"""Jupyter does not open it; nothing is in the way of it."""
PLAIN = on_disk(notebook("plain"))
API = "/api/bookstore"


@cache
def odd() -> dict[str, bytes]:
    """The odd notebooks, by what is odd about them."""
    return dict(odd_notebooks())


class Jupyter:
    """What Jupyter without bookstore makes of files."""

    def __init__(self, root: Path) -> None:
        self.file = root / "a.ipynb"
        notary = {"data_dir": str(root), "db_file": ":memory:"}
        config = Config(NotebookNotary=notary)
        self.manager = AsyncLargeFileManager(root_dir=str(root), config=config)

    async def opened(self, content: bytes) -> Model | None:
        """The contents model of a file that holds *content*, or None where it cannot be opened."""
        self.file.write_bytes(content)
        try:
            return dict(await self.manager.get("a.ipynb"))
        except (HTTPError, LookupError, UnicodeError):
            return None

    async def saved(self, model: Model) -> bytes | None:
        """The file that a save of *model* leaves, or None where it fails."""
        try:
            await self.manager.save(model, "a.ipynb")
        except HTTPError:
            return None
        return self.file.read_bytes()


@pytest.fixture
def jupyter(tmp_path: Path) -> Jupyter:
    root = tmp_path / "jupyter"
    root.mkdir()
    return Jupyter(root)


def readable(content: Any) -> Any:
    """JSON as a browser gets it: it has no NaN."""
    return json.loads(json.dumps(content), parse_constant=lambda _: None)


def strictly(answer: Answer) -> Any:
    """The JSON of an answer, which every reader takes."""

    def refuse(text: str) -> None:
        raise AssertionError(f"{text} is no JSON")

    return json.loads(answer.body, parse_constant=refuse)


def essence(model: Model, raw: bytes) -> Any:
    """What a notebook holds, as a browser reads it: without trust, and ids that *raw* has not."""
    content = readable(model["content"])
    for name in ("orig_nbformat", "orig_nbformat_minor", "trusted"):
        content["metadata"].pop(name, None)
    for cell in content["cells"]:
        cell["metadata"].pop("trusted", None)
        if json.dumps(cell.get("id")).encode() not in raw:
            cell.pop("id", None)
    return content


def is_refused(answer: Answer) -> bool:
    """Is it said in words that this is no notebook?"""
    return answer.is_error(422, "invalid_notebook") and len(answer.json["message"]) < 500


def tells(answer: Answer, model: Model, raw: bytes) -> bool:
    """Is it done, and said in few words what is not valid, and what can be done?

    That is said where Jupyter says so; where no browser can read what it opens, and where it finds
    nothing in it, as no format is named.
    """
    if answer.status != 200:
        return False
    said = strictly(answer)
    if model.get("message") or is_unreadable(model) or b'"nbformat":' not in raw:
        return 0 < len(said["message"]) < 500 and "mend" in said["hint"]
    return "message" not in said


def is_unreadable(model: Model) -> bool:
    """Are there numbers in it that JSON does not have?"""
    try:
        json.dumps(model["content"], allow_nan=False)
    except ValueError:
        return True
    return False


Try: TypeAlias = "Callable[[str, bytes, Model], Awaitable[bool]]"


async def not_right(jupyter: Jupyter, attempt: Try) -> list[str]:
    """The odd notebooks, of those that Jupyter opens, with which *attempt* does not go well."""
    wrong = []
    for number, (name, content) in enumerate(odd().items()):
        model = await jupyter.opened(content)
        if model is not None and not await attempt(f"n{number}.ipynb", content, model):
            wrong.append(name)
    return wrong


async def test_what_jupyter_opens_is_shown_as_jupyter_opens_it(
    call: Call, store: MemoryStore, jupyter: Jupyter
) -> None:
    async def show(path: str, content: bytes, model: Model) -> bool:
        asked = {"version_id": await put(store, f"workspace/{path}", content)}
        shown = await call("GET", f"{API}/versions/{path}", query={**asked, "content": "1"})
        edited = await call("POST", f"{API}/restore/{path}", json_body={**asked, "in_editor": True})
        link = {"s3_bucket": BUCKET, "s3_key": f"workspace/{path}"}
        page = await call("GET", "/bookstore/clone", query=link)
        expected = essence(model, content)
        return (
            all(tells(answer, model, content) for answer in (shown, edited))
            and all(essence(strictly(answer), content) == expected for answer in (shown, edited))
            and page.status == 200
        )

    assert await not_right(jupyter, show) == []


async def test_what_jupyter_does_not_open_is_refused_in_words(
    call: Call, store: MemoryStore, root: Path, jupyter: Jupyter
) -> None:
    for name, content in odd().items():
        if name == BESIDE_JUPYTER or await jupyter.opened(content) is not None:
            continue
        (root / "a.ipynb").write_bytes(content)
        version_id = await put(store, "workspace/b.ipynb", content)
        query = {"version_id": version_id, "content": "1"}
        link = {"s3_bucket": BUCKET, "s3_key": "workspace/b.ipynb"}
        for answer in (
            await call("GET", f"{API}/versions/b.ipynb", query=query),
            await call("PUT", f"{API}/published/a.ipynb", json_body={"type": "notebook"}),
            await call("POST", f"{API}/clone", json_body=link),
        ):
            assert is_refused(answer), name
        assert (await call("GET", "/bookstore/clone", query=link)).status == 422, name


async def test_odd_notebooks_are_compared_in_both_directions(
    call: Call, store: MemoryStore, jupyter: Jupyter
) -> None:
    """Each difference gives the other side exactly, also when it went through a browser's JSON."""
    plain = await put(store, "workspace/plain.ipynb", PLAIN)

    async def compared(path: str, content: bytes, _: Model) -> bool:
        version_id = await put(store, f"workspace/{path}", content)
        sides = [(version_id, path, content), (plain, "plain.ipynb", PLAIN)]
        for base, remote in (sides, sides[::-1], sides[:1] * 2):
            query = {"base": base[0], "base_path": base[1]}
            query |= {"remote": remote[0], "remote_path": remote[1]}
            answer = await call("GET", f"{API}/diff/{path}", query=query)
            told, here = strictly(answer), compare(base[2], remote[2])
            is_right = (
                answer.status == 200
                and same(apply_diff(here.base, here.diff), here.remote)
                and apply_diff(told["base"], told["diff"]) == readable(here.remote)
                and bool(told["diff"]) is (base != remote)
            )
            if not is_right:
                return False
        return True

    assert await not_right(jupyter, compared) == []


async def test_what_jupyter_opens_is_published_and_cloned_as_it_is(
    call: Call, store: MemoryStore, root: Path, jupyter: Jupyter
) -> None:
    async def hand_on(path: str, content: bytes, model: Model) -> bool:
        (root / path).write_bytes(content)
        published = await call("PUT", f"{API}/published/{path}", json_body={"type": "notebook"})
        link = {"s3_bucket": BUCKET, "s3_key": f"published/{path}"}
        cloned = await call("POST", f"{API}/clone", json_body={**link, "target_path": f"c-{path}"})
        if not (tells(published, model, content) and tells(cloned, model, content)):
            return False
        handed_on = (await store.get(f"published/{path}")).body
        is_converted = model["content"]["metadata"].get("orig_nbformat")
        if not is_converted and b'"trusted"' not in content and handed_on != content:
            return False
        for copy in (handed_on, (root / f"c-{path}").read_bytes()):
            again = await jupyter.opened(copy)
            if again is None or claims_trust(copy):
                return False
            if essence(again, content) != essence(model, content):
                return False
        return True

    assert await not_right(jupyter, hand_on) == []


def claims_trust(content: bytes) -> bool:
    """Is there metadata that says so?"""
    whole = json.loads(content)
    owners = [whole, *whole["cells"]]
    return any("trusted" in owner.get("metadata", {}) for owner in owners)


async def test_what_jupyter_opens_is_restored_as_jupyter_keeps_it(
    call: Call, store: MemoryStore, root: Path, jupyter: Jupyter
) -> None:
    async def restore(path: str, content: bytes, model: Model) -> bool:
        asked = {"version_id": await put(store, f"workspace/{path}", content)}
        over = await call("POST", f"{API}/restore/{path}", json_body=asked)
        copy = await call(
            "POST", f"{API}/restore/{path}", json_body={**asked, "target_path": f"c-{path}"}
        )
        if not (tells(over, model, content) and tells(copy, model, content)):
            return False
        kept = await jupyter.saved(model) if b'"nbformat":' in content else None
        kept = content if kept is None else kept
        return all(
            same_but_for_ids((root / written).read_bytes(), kept, content)
            for written in (path, f"c-{path}")
        )

    assert await not_right(jupyter, restore) == []


def same_but_for_ids(one: bytes, other: bytes, raw: bytes) -> bool:
    """Are these the same bytes, but for ids that were made anew?"""
    if one == other:
        return True
    pair = [essence({"content": json.loads(each)}, raw) for each in (one, other)]
    return pair[0] == pair[1] and (b'"trusted"' in raw or len(one) == len(other))


async def test_a_valid_notebook_can_be_made_of_each_that_jupyter_opens(
    call: Call, store: MemoryStore, root: Path, jupyter: Jupyter
) -> None:
    """With the same texts and the same number of outputs, and no trust."""

    async def mend(path: str, content: bytes, model: Model) -> bool:
        asked = {"version_id": await put(store, f"workspace/{path}", content), "mend": True}
        answer = await call("POST", f"{API}/restore/{path}", json_body=asked)
        if answer.status != 200 or "message" in answer.json:
            return False
        mended = nbformat.from_dict(json.loads((root / path).read_bytes()))
        nbformat.validate(mended)
        old = model["content"]["cells"]
        return b'"nbformat":' not in content or (
            len(mended["cells"]) == len(old)
            and all(map(shows_the_same, old, mended["cells"]))
            and not claims_trust((root / path).read_bytes())
        )

    assert await not_right(jupyter, mend) == []


def shows_the_same(old: Model, new: Model) -> bool:
    """Is what was text, and what was shown, still there?"""
    outputs = old.get("outputs")
    is_code = old["cell_type"] == "code" and isinstance(outputs, list)
    return (not isinstance(old.get("source"), str) or old["source"] in "".join(new["source"])) and (
        not is_code or len(new["outputs"]) == len(outputs or ())
    )


async def test_every_save_of_an_odd_notebook_is_a_version(
    call: Call, root: Path, jupyter: Jupyter, bookstore: Bookstore
) -> None:
    """An editor that opened it saves it, as JupyterLab does."""

    async def save(path: str, content: bytes, model: Model) -> bool:
        if is_unreadable(model):
            return True  # no editor has it
        expected = await jupyter.saved(model)
        body = {"type": "notebook", "format": "json", "content": model["content"]}
        answer = await call("PUT", f"/api/contents/{path}", json_body=body)
        if expected is None:
            return answer.status == 500
        listed = (await call("GET", f"{API}/versions/{path}")).json["versions"]
        query = {"version_id": listed[0]["version_id"], "content": "1", "type": "file"}
        kept = (await call("GET", f"{API}/versions/{path}", query=query)).json["content"].encode()
        return len(listed) == 1 and kept == expected

    assert await not_right(jupyter, save) == []
