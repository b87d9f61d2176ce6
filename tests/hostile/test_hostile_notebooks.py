"""Whatever a notebook holds, it goes all the way: nothing fails, nothing is lost, not a byte."""

from __future__ import annotations

import os
import re
import time
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_kit import BUCKET, ONLY_BOOKSTORE, Reply, Victim, as_bytes
from hostile_notebooks import NOTEBOOKS, code, odd_notebooks, of_cells, older
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from notebooks import notebook

from bookstore.errors import BookstoreError, InvalidNotebook
from bookstore.notebooks import mending, strict_json, validity
from bookstore.notebooks.comparing import compare
from bookstore.notebooks.models import (
    build_mended_model,
    build_notebook_model,
    build_saving_model,
    model_bytes,
    untrusted,
)
from bookstore.notebooks.preview import preview_of

NEW_ID = re.compile(rb'"id": "[0-9a-f]{8}"')
"""What Jupyter gives a cell that has none."""
REFUSALS = (400, 413, 422)
"""Not understood, too large, no valid notebook."""


def bounded(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def is_answered(reply: Reply, *others: int) -> bool:
    """Is it done, or refused in words?  Whatever it answers, a browser can read it."""
    assert reply.status in (200, *others, *REFUSALS), reply.text[:300]
    if reply.headers["Content-Type"].startswith("application/json"):
        assert reply.json is not None
    return reply.status == 200


class Journey:
    """One notebook's way through everything that bookstore does; it is a file already."""

    def __init__(self, victim: Victim, path: str) -> None:
        self.victim = victim
        self.path = path
        self.file = victim.root / path
        self.content = self.file.read_bytes()
        self.first = victim.newest(path)

    def bytes_of(self, version_id: str) -> bytes:
        """What a version holds."""
        query = {"version_id": version_id, "content": "1", "type": "file"}
        reply = self.victim.get(f"/api/bookstore/versions/{self.path}", **query)
        assert reply.status == 200, reply.text[:300]
        model = reply.json
        is_text = model["format"] == "text"
        return str(model["content"]).encode() if is_text else b64decode(model["content"])

    def versions(self) -> list[str]:
        """Every version ID, the oldest first."""
        listed = self.victim.get(f"/api/bookstore/versions/{self.path}").json["versions"]
        return [version["version_id"] for version in reversed(listed)]

    def look(self) -> None:
        """Show and compare the version, changing nothing."""
        send, route, first = self.victim.send, "/api/bookstore", self.first
        is_answered(send("GET", f"{route}/versions/{self.path}?version_id={first}&content=1"))
        is_answered(send("GET", f"{route}/diff/{self.path}?base={first}"))
        is_answered(send("GET", f"{route}/diff/{self.path}?base={first}&remote={first}"))
        unsaved = {"base": first, "content": notebook("2")}
        is_answered(send("POST", f"{route}/diff/{self.path}", unsaved))
        in_editor = {"version_id": first, "in_editor": True}
        is_answered(send("POST", f"{route}/restore/{self.path}", in_editor))
        assert self.file.read_bytes() == self.content

    def restore(self) -> None:
        """Bring the version back over something else; what Jupyter would not make is as it was."""
        self.victim.save(self.path, "something else")
        route, target = f"/api/bookstore/restore/{self.path}", {"version_id": self.first}
        assert is_answered(self.victim.send("POST", route, target))
        copy = {**target, "target_path": f"copies/{self.path}"}
        assert is_answered(self.victim.send("POST", route, copy))
        expected = as_jupyter_makes_it(self.content, self.path)
        assert NEW_ID.sub(b"", self.file.read_bytes()) == NEW_ID.sub(b"", expected)

    def is_whole(self) -> bool:
        """Is every version there that the restore made, the first and the last byte for byte?"""
        versions = self.versions()
        assert self.bytes_of(versions[0]) == self.content
        assert self.bytes_of(versions[-1]) == self.file.read_bytes()
        return len(versions) == 3

    def hand_on(self) -> None:
        """Publish it as it is and as content, look at it and clone it; the store has it."""
        send, route = self.victim.send, "/api/bookstore"
        self.file.write_bytes(self.content)
        is_published = is_answered(
            send("PUT", f"{route}/published/{self.path}", {"type": "notebook"})
        )
        content = b'{"type": "notebook", "content": %s}' % (self.content or b'""')
        is_answered(send("PUT", f"{route}/published/of-{self.path}", content))
        asked = {"s3_bucket": BUCKET, "s3_key": f"workspace/{self.path}"}
        asked |= {"s3_version_id": self.first, "target_path": f"clones/{self.path}"}
        is_cloned = is_answered(send("POST", f"{route}/clone", asked))
        assert is_answered(self.victim.get("/bookstore/clone", **asked)) == is_cloned
        is_answered(send("POST", "/bookstore/clone", form=asked), 303)
        assert is_published == is_cloned, "what can be published can be cloned"
        if is_cloned:
            clone = (self.victim.root / "clones" / self.path).read_text()
            assert '"trusted"' not in clone
            assert '"signature"' not in clone


def as_jupyter_makes_it(content: bytes, path: str) -> bytes:
    """The bytes that Jupyter saves for a notebook; *content* itself where it would not."""
    try:
        return model_bytes(build_saving_model(content, path))
    except InvalidNotebook:
        return content


def go_all_the_way(victim: Victim, paths: list[str]) -> None:
    """Have these files go through everything; the store is waited for once for all of them."""
    journeys = [Journey(victim, path) for path in paths]
    for journey in journeys:
        journey.look()
    victim.wait_until_delivered()
    delivered = [Journey(victim, path) for path in paths]  # the version IDs are the store's now
    for journey in delivered:
        journey.hand_on()
        journey.restore()
    victim.wait_until_delivered()
    assert [journey.path for journey in delivered if not journey.is_whole()] == []


def file_name(name: str) -> str:
    return f"{re.sub('[^a-zA-Z0-9]+', '-', name)}.ipynb"


def test_a_file_of_any_kind_goes_all_the_way(victim: Victim) -> None:
    """Something else than Jupyter wrote it."""
    for name, content in NOTEBOOKS.items():
        victim.write(f"file-{file_name(name)}", content)
    go_all_the_way(victim, [f"file-{file_name(name)}" for name in NOTEBOOKS])


def test_a_save_of_any_kind_is_a_version_or_changes_nothing(victim: Victim) -> None:
    """A browser sent it; what Jupyter refuses or fails at is no version of anything."""
    saved, refused = [], []
    for name, content in NOTEBOOKS.items():
        path = f"save-{file_name(name)}"
        body = b'{"type": "notebook", "format": "json", "content": %s}' % (content or b'""')
        reply = victim.send("PUT", f"/api/contents/{path}", body)
        (saved if reply.status == 201 else refused).append(path)
    written = [path for path in refused if (victim.root / path).exists()]
    assert len(written) <= 1, "Jupyter fails at {} only after it has written it"
    for path in {*refused} - {*written}:
        assert victim.get(f"/api/bookstore/versions/{path}").json["versions"] == []
    victim.wait_until_delivered()
    for path in [*saved, *written]:
        journey = Journey(victim, path)
        assert journey.bytes_of(journey.first) == journey.content


def test_any_notebook_that_can_be_thought_of_goes_all_the_way(victim: Victim) -> None:
    @bounded(3)
    @given(st.lists(odd_notebooks(), min_size=8, max_size=8))
    def try_out(contents: list[Any]) -> None:
        paths = [f"any-{os.urandom(4).hex()}.ipynb" for _ in contents]
        for path, content in zip(paths, contents, strict=True):
            victim.write(path, as_bytes(content))
        go_all_the_way(victim, paths)

    try_out()


def answer_of(ask: Callable[[], object]) -> object:
    """What *ask* returns, or the error of ours that it raises."""
    try:
        return ask()
    except BookstoreError as error:
        return error


@bounded(300)
@given(odd_notebooks(), odd_notebooks())
def test_whatever_is_asked_of_odd_notebooks_is_done_or_refused_in_words(
    one: Any, other: Any
) -> None:
    body = as_bytes(one)
    for ask in (
        lambda: build_notebook_model(body, "a.ipynb"),
        lambda: build_saving_model(body, "a.ipynb"),
        lambda: build_mended_model(body, "a.ipynb"),
        lambda: untrusted(body),
        lambda: preview_of(body, "a.ipynb"),
        lambda: compare(body, as_bytes(other)),
        lambda: compare(body, body),
    ):
        answer = answer_of(ask)
        if isinstance(answer, BookstoreError):
            assert answer.status in REFUSALS
            assert len(answer.message) < 500
        elif isinstance(answer, dict | tuple):
            strict_json.dumps(answer, default=str)


# -- large on purpose --------------------------------------------------------------------------

MANY = 30_000
BAD = {
    "outputs": of_cells(code(outputs=[{}] * MANY)),
    "lines": of_cells(code(source=[1] * MANY)),
    "cells": of_cells(*[{}] * MANY),
    "data": of_cells(
        code(outputs=[{"output_type": "display_data", "metadata": {}, "data": {"x": [1] * MANY}}])
    ),
    "tags": of_cells(code(metadata={"tags": [1] * MANY})),
    "old cells": older(3, *[{"cell_type": "code", "input": 1}] * MANY),
    "old outputs": older(3, {"cell_type": "code", "input": "", "outputs": [{}] * MANY}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_large_notebook_is_not_looked_for_without_end(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """nbformat's explanation of a few megabytes made for it takes hours and all memory."""

    def explain(*_: object, **__: object) -> None:
        raise AssertionError("it was asked to explain a large notebook")

    monkeypatch.setattr(validity, "iter_validate", explain)
    monkeypatch.setattr(mending, "iter_validate", explain)
    monkeypatch.setattr("nbformat.validate", explain)
    monkeypatch.setattr("nbformat.validator.iter_validate", explain)
    for ask in (
        lambda body: build_notebook_model(body, "a.ipynb"),
        lambda body: preview_of(body, "a.ipynb"),
        lambda body: build_saving_model(body, "a.ipynb"),
        lambda body: build_mended_model(body, "a.ipynb"),
        untrusted,
    ):
        with pytest.raises(InvalidNotebook) as refused:
            ask(as_bytes(BAD[name]))
        assert "is not valid" in refused.value.message
        assert len(refused.value.message) < 500


def test_tags_that_are_no_texts_are_dropped_without_comparing_each_with_each() -> None:
    tags = [{"n": number} for number in range(1000)]
    body = as_bytes(of_cells(*(code(metadata={"tags": tags, "kept": 1}) for _ in range(20))))
    started_at = time.monotonic()
    cells = build_mended_model(body, "a.ipynb")["content"]["cells"]
    assert time.monotonic() - started_at < 10  # 0.1 s; it was two seconds for each cell
    assert all(cell["metadata"] == {"kept": 1} for cell in cells)


def test_the_only_bad_cell_of_a_large_notebook_is_named() -> None:
    """However many cells and outputs there are beside it, and however long its texts."""
    log = {"output_type": "stream", "name": "stdout", "text": "x" * 3_000_000}
    data = {"application/json": [1] * 100_000, "image/png": "x" * 30_000_000}
    numbers = {"output_type": "display_data", "metadata": {}, "data": data}
    cells = [code(id=f"c{number}") for number in range(5_000)]
    picture = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ""}
    cells[0] = {**picture, "attachments": {"a.png": {"image/png": "x" * 30_000_000}}}
    bad = code(id="not an id", outputs=[log, numbers], metadata={"tags": ["a"]})
    opened = build_notebook_model(as_bytes(of_cells(*cells, bad)), "a.ipynb")
    assert "cells[5000].id: 'not an id' does not match" in opened["message"]


def test_a_long_text_that_is_not_valid_is_not_quoted() -> None:
    opened = build_notebook_model(as_bytes(of_cells(code(id="!" * 3_000_000))), "a.ipynb")
    assert len(opened["message"]) < 500


def test_a_notebook_of_ten_thousand_cells_goes_all_the_way(victim: Victim) -> None:
    sources = [f"x = {number}" for number in range(10_000)]
    victim.write("many.ipynb", as_bytes(notebook(*sources)))
    version = victim.newest("many.ipynb")
    victim.wait_until_delivered()
    asked = {"s3_bucket": BUCKET, "s3_key": "workspace/many.ipynb", "target_path": "many-2.ipynb"}
    target = f"/api/bookstore/diff/many.ipynb?base={version}"
    saved, known = {"type": "notebook"}, {"version_id": version}
    for reply in (
        victim.send("GET", target),
        victim.send("PUT", "/api/bookstore/published/many.ipynb", saved),
        victim.send("POST", "/api/bookstore/clone", asked),
        victim.get("/bookstore/clone", **asked),
    ):
        assert reply.status == 200
    victim.write("many.ipynb", as_bytes(notebook(*sources, "one more")))
    assert victim.send("GET", target).json["reason"] == "too_large"
    assert victim.send("POST", "/api/bookstore/restore/many.ipynb", known).status == 200
    copy = (victim.root / "many-2.ipynb").read_bytes()
    assert (victim.root / "many.ipynb").read_bytes() == copy


def test_a_body_that_nests_just_too_deeply_is_refused(victim: Victim) -> None:
    """It could be read with little on the stack, and then not be quoted with more on it."""
    for levels in range(900, 1001, 10):
        deep = "[" * levels + "]" * levels
        for method, target, field in (
            ("POST", "/api/bookstore/clone", "s3_key"),
            ("POST", "/api/bookstore/fs-clone", "relpath"),
            ("PUT", "/api/bookstore/published/x.ipynb", "type"),
            ("POST", "/api/bookstore/restore/x.ipynb", "in_editor"),
            ("PATCH", "/api/bookstore/versions/x.ipynb", "version_id"),
            ("POST", "/api/bookstore/diff/x.ipynb", "content"),
        ):
            reply = victim.send(method, target, f'{{"{field}": {deep}}}'.encode())
            assert reply.status in (400, 415), reply.text[:300]
            assert len(reply.body) < 500


@pytest.mark.parametrize("field", ["s3_bucket", "s3_key", "s3_version_id", "target_path"])
def test_a_field_of_megabytes_is_not_sent_back(victim: Victim, field: str) -> None:
    for value in ("x" * 5_000_000, ["x" * 5_000_000], {"x" * 5_000_000: 1}):
        asked = {"s3_bucket": BUCKET, "s3_key": "missing.ipynb", field: value}
        reply = victim.send("POST", "/api/bookstore/clone", asked)
        assert reply.status in (400, 403, 404)
        assert len(reply.body) < 1500
    relpath = victim.send("POST", "/api/bookstore/fs-clone", {"relpath": "x/" * 2_000_000 + "a"})
    assert relpath.status in (400, 404)
    assert len(relpath.body) < 1500


def peak_bytes(process_id: int) -> int:
    """The most memory that a process ever used."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


@pytest.mark.slow
def test_a_notebook_of_a_hundred_megabytes_goes_all_the_way(tmp_path: Path) -> None:
    """It is archived, shown and restored whole; what is too large for it is refused in words."""
    text = ("0123456789abcdef" * 6 + "\n") * 1_000_000
    shown = {"output_type": "stream", "name": "stdout", "text": text}
    arguments = (ONLY_BOOKSTORE, f"--BookstoreSettings.local_bucket={BUCKET}")
    with Victim(home=tmp_path, arguments=arguments) as server:
        model = {"type": "notebook", "content": of_cells(code(outputs=[shown]))}
        assert server.send("PUT", "/api/contents/large.ipynb", model).status == 201
        content = (server.root / "large.ipynb").read_bytes()
        assert len(content) > 100 * 2**20 > len(text)
        server.wait_until_delivered()
        journey = Journey(server, "large.ipynb")
        version = journey.first
        assert journey.bytes_of(version) == content
        server.save("large.ipynb", "small")
        diff = server.send("GET", f"/api/bookstore/diff/large.ipynb?base={version}")
        assert (diff.status, diff.json["reason"]) == (413, "too_large")
        restored = server.send(
            "POST", "/api/bookstore/restore/large.ipynb", {"version_id": version}
        )
        assert restored.status == 200
        assert (server.root / "large.ipynb").read_bytes() == content
        saved = {"type": "notebook"}
        assert server.send("PUT", "/api/bookstore/published/large.ipynb", saved).status == 200
        asked = {"s3_bucket": BUCKET, "s3_key": "published/large.ipynb"}
        clone = server.send("POST", "/api/bookstore/clone", asked)
        assert (clone.status, clone.json["reason"]) == (413, "too_large")
        assert server.get("/bookstore/clone", **asked).status == 413
        assert len(journey.versions()) == 3
        assert peak_bytes(server.process.pid) < 3 * 2**30
        server.check_log()
