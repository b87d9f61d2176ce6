"""A cell's hashes say what it says and shows, however the notebook is written."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import notebooks
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_notebooks import odd_notebooks

from bookstore.manifests import Cell, cells_of
from bookstore.manifests import cells as module


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def cells(notebook: Any, **style: Any) -> tuple[Cell, ...]:
    """Return the cells of *notebook*, written so."""
    found = cells_of(json.dumps(notebook, **style).encode("utf-8", "surrogatepass"))
    assert found is not None
    return found


def outputs_of(*outputs: dict[str, Any]) -> str:
    [cell] = cells(notebooks.notebook(notebooks.code("x", "a", outputs)))
    return cell.outputs_sha256


def in_lines(value: Any) -> Any:
    """Return *value* with its texts in lines, where the format allows it."""
    if isinstance(value, list):
        return [in_lines(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: each.splitlines(keepends=True)
        if isinstance(each, str) and (name in ("source", "text") or "/" in name)
        and not name.endswith("json")
        else each if name in ("metadata", "traceback", "attachments") or name.endswith("json")
        else in_lines(each)
        for name, each in value.items()
    }  # fmt: skip


def turned(value: Any) -> Any:
    """Return *value* with the keys of every object in the opposite order."""
    if isinstance(value, list):
        return [turned(each) for each in value]
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(value)}
    return value


def test_a_cell_is_its_id_type_and_hashes() -> None:
    notebook = notebooks.notebook(
        notebooks.code("x = 1\nx", "a", (notebooks.stream("1\n"),)),
        notebooks.markdown("größer", "b"),
        notebooks.code("", "c"),
    )
    code, text, empty = cells(notebook)
    assert code[:3] == ("a", "code", sha256("x = 1\nx"))
    assert len(code.outputs_sha256) == 64
    assert text == ("b", "markdown", sha256("größer"), "")
    assert empty == ("c", "code", sha256(""), "")


@settings(deadline=None)
@given(notebook=notebooks.notebooks(), lines=st.booleans(), turn=st.booleans(), ascii=st.booleans())
def test_the_same_notebook_written_otherwise_has_the_same_hashes(
    notebook: dict[str, Any], lines: bool, turn: bool, ascii: bool
) -> None:
    other = copy.deepcopy(notebook)
    other = in_lines(other) if lines else other
    other = turned(other) if turn else other
    first = cells(notebook, separators=(",", ":"))
    assert cells(other, indent=2, ensure_ascii=ascii) == first


def test_running_again_with_the_same_result_changes_no_hash() -> None:
    before = notebooks.display(1, text_plain="2")
    after = {**notebooks.display(7, text_plain="2"), "metadata": {"took": 1.5}}
    assert outputs_of(before) == outputs_of(after)


@pytest.mark.parametrize(
    "other",
    [
        notebooks.display(1, text_plain="3"),
        notebooks.display(1, text_html="2"),
        notebooks.display(text_plain="2"),
        notebooks.stream("2"),
        notebooks.error("2"),
        notebooks.display(1, application_json="2"),
        notebooks.display(1, text_plain="2", image_png="aGVsbG8="),
    ],
)
def test_another_result_has_another_hash(other: dict[str, Any]) -> None:
    assert outputs_of(other) != outputs_of(notebooks.display(1, text_plain="2"))


def test_one_output_is_not_two_and_their_order_counts() -> None:
    one, two = notebooks.stream("1"), notebooks.stream("2")
    assert len({outputs_of(*each) for each in ((one, two), (two, one), (one,), (one, one))}) == 4


def test_json_that_is_shown_stays_as_it_is() -> None:
    """A list of texts is a list there, not a text in lines."""
    one = notebooks.display(application_json=["a", "b"])
    assert outputs_of(one) != outputs_of(notebooks.display(application_json="ab"))


def test_what_is_attached_to_a_text_is_shown() -> None:
    def hash_of(image: str) -> str:
        files = {"a.png": {"image/png": image}}
        [cell] = cells(notebooks.notebook(notebooks.markdown("text", "a", attachments=files)))
        return cell.outputs_sha256

    assert hash_of("aGVsbG8=") != hash_of("d29ybGQ=")


def test_format_3_has_its_cells_in_worksheets() -> None:
    output = {"output_type": "pyout", "prompt_number": 1, "text": ["a\n", "b"], "metadata": {}}
    code = {"cell_type": "code", "input": ["x\n", "y"], "outputs": [output], "prompt_number": 1}
    heading = {"cell_type": "heading", "level": 2, "source": "A title"}
    sheets = [{"cells": [code]}, {"cells": [heading]}]
    found = cells({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets})
    assert found[0][:3] == ("", "code", sha256("x\ny"))
    assert found[1] == ("", "heading", sha256("A title"), "")
    code["input"], code["outputs"] = "x\ny", [{**output, "text": "a\nb", "prompt_number": 4}]
    assert cells({"worksheets": sheets})[0] == found[0]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"text", b"[]", b"null", b"{}", b'{"cells": {}}', b'{"cells": [', b"\xff\xfe"),
        *(b"[" * 200_000, b'{"cells": ' + b"[" * 200_000, b'{"a": %s}' % (b"1" * 10_000)),
    ],
)
def test_what_is_no_notebook_has_no_cells(body: bytes) -> None:
    assert cells_of(body) is None


@pytest.mark.parametrize("depth", [300, 600, 900, 3000, 30_000])
def test_deep_outputs_are_no_failure(depth: int) -> None:
    """How deep JSON may be depends on who reads it."""
    found = cells_of(b'{"cells": ' + b'[{"outputs": ' * depth + b"1" + b"}]" * depth + b"}")
    assert found is None or len(found) == 1


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every notebook is as large as those of which only one cell is in memory at a time."""
    monkeypatch.setattr(module, "LARGE_BYTES", 0)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notebook=notebooks.notebooks())
def test_the_cells_of_large_notebooks_are_the_same(
    notebook: dict[str, Any], one_by_one: None
) -> None:
    style = {"sort_keys": True, "ensure_ascii": False}
    assert cells(notebook, indent=1, **style) == cells(notebook, **style)


def test_a_large_notebook_is_taken_apart_one_cell_at_a_time(
    one_by_one: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = notebooks.on_disk(notebooks.notebook("x = 1", "x", notebooks.markdown("text", "a")))
    monkeypatch.delattr(module, "_parsed")  # what would take it apart as a whole
    found = cells_of(body)
    assert found is not None
    assert [cell.type for cell in found] == ["code", "code", "markdown"]


ONE = b'"cells": [\n  {\n   "source": "a"\n  }\n ]'
LIKE_CELLS = {
    "cells inside of cells": b'{\n "cells": [\n  {\n   "x": [\n  {\n  },\n  {\n  }\n ]\n  }\n ]\n}',
    "cells of something else": b'{\n "a": {\n %s\n }, "cells": []}' % ONE,
    "cells twice": b'{\n %s,\n "cells": [{"source": "b"}]\n}' % ONE,
    "cells before cells": b'{"cells": 3,\n "cells": [\n  {\n   "source": "a"\n  }\n ]\n}',
    "no cell": b'{\n "cells": [\n ]\n}',
    "NaN": b'{\n "cells": [\n  {\n   "source": NaN\n  }\n ]\n}',
    "no comma": b'{\n "cells": [\n  {\n  }\n  {\n  }\n ]\n}',
    "a comma too many": b'{\n "cells": [\n  {\n  },\n ]\n}',
    "no end": b'{\n "cells": [\n  {\n  }',
    "a list": b'[\n "cells": [\n  {\n  }\n ]\n]',
    "a text around": b'"\n "cells": [\n  {\n  }\n ]\n"',
    "invalid UTF-8": b'{\n "cells": [\n  {\n   "source": "\xff"\n  }\n ]\n}',
}


@pytest.mark.parametrize("body", LIKE_CELLS.values(), ids=LIKE_CELLS)
def test_what_only_looks_like_cells_is_not_taken_for_them(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cells_of(body)
    monkeypatch.setattr(module, "LARGE_BYTES", 0)
    assert cells_of(body) == whole


def test_odd_notebooks_have_cells_that_can_be_written_anywhere() -> None:
    for name, body in odd_notebooks():
        for cell in cells_of(body) or ():
            assert all(isinstance(each, str) for each in cell), name
            "".join(cell).encode()


@settings(deadline=None)
@given(value=notebooks.json_values(), style=st.sampled_from([b'{"cells": [%s]}', b"[%s]", b"%s"]))
def test_no_json_is_too_odd(value: Any, style: bytes) -> None:
    found = cells_of(style % json.dumps(value).encode())
    assert found is None or len(found) <= 1


@settings(deadline=None)
@given(
    parts=st.lists(
        st.sampled_from([b'{"cells": [', b'{"source":', b'"outputs"', b"]", b"}", b",", b"{", b'"'])
        | st.binary(max_size=4)
    )
)
def test_no_bytes_are_too_odd(parts: list[bytes]) -> None:
    assert cells_of(b"".join(parts)) is None or parts


def test_odd_values_in_cells_are_no_failure() -> None:
    lone = "\ud800"
    odd = [None, 3, "text", {}, {"id": 5, "cell_type": [], "source": {"a": float("nan")}}]
    odd += [{"id": lone, "cell_type": lone, "source": lone, "outputs": lone, "attachments": 3}]
    odd += [{"source": ["a", 3], "outputs": [None, {"data": [], "text": 3}], "n": 2**70}]
    found = cells({"cells": odd})
    assert len(found) == len(odd)
    assert found[5].id == "\\ud800"
