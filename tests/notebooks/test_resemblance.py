"""A file with somebody's edits in it is told from another file with edits in it."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notebooks import notebook

from bookstore.notebooks.models import model_bytes
from bookstore.notebooks.resemblance import Content

LINES = st.lists(st.text("abcxyz", min_size=4, max_size=8), min_size=5, max_size=9, unique=True)


def on_disk(content: dict[str, Any]) -> bytes:
    return model_bytes({"type": "notebook", "content": content})


def html(text: str) -> Any:
    return nbformat.v4.new_output("display_data", data={"text/html": text})


def with_output(source: str, *outputs: Any) -> dict[str, Any]:
    content = notebook(source)
    content["cells"][0]["outputs"] = list(outputs)
    return content


def test_what_jupyter_writes_for_a_notebook_is_the_same_content() -> None:
    content = with_output("one\ntwo", html("<b>\nx</b>"))
    saved = json.loads(json.dumps(content))
    saved["cells"][0]["metadata"]["trusted"] = True
    saved["cells"][0]["id"] = "another"
    saved["metadata"] = {"language_info": {"name": "python"}, "kernelspec": {"name": "python3"}}
    saved["nbformat_minor"] = 4
    assert Content.of(content).digest == Content.of(json.dumps(saved).encode()).digest
    assert Content.of(content).digest == Content.of(on_disk(content)).digest


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("source", "three"),
        ("outputs", [html("<i>x</i>")]),
        ("metadata", {"tags": ["slow"]}),
        ("execution_count", 3),
        ("cell_type", "raw"),
    ],
)
def test_whatever_a_person_or_kernel_puts_there_is_other_content(part: str, value: Any) -> None:
    content, other = with_output("one", html("<b>x</b>")), with_output("one", html("<b>x</b>"))
    other["cells"][0][part] = value
    assert Content.of(content).digest != Content.of(other).digest


@settings(deadline=None)
@given(LINES, LINES, st.integers(0, 4), st.integers(0, 4))
def test_a_version_with_an_edit_is_nearer_to_it_than_to_what_it_replaced(
    version: list[str], before: list[str], place: int, other_place: int
) -> None:
    """Both have lines of their own, and the edit changes one line or two of them."""
    before = [f"{line} before" for line in before]
    edited = list(version)
    edited[place] += "!"
    edited.insert(other_place, "new line")
    one, other = Content.of(on_disk(notebook(*version))), Content.of(on_disk(notebook(*before)))
    assert Content.of(on_disk(notebook(*edited))).is_nearer(one, other)
    changed = list(before)
    changed[place] += "!"
    assert not Content.of(on_disk(notebook(*changed))).is_nearer(one, other)


def test_in_one_line_the_letters_decide() -> None:
    one, other = Content.of(notebook("total = 1")), Content.of(notebook("mean = 2 / 7"))
    assert Content.of(notebook("total = 13")).is_nearer(one, other)
    assert not Content.of(notebook("mean = 2 / 71")).is_nearer(one, other)


def test_fewer_cells_are_told_from_more() -> None:
    few, many = Content.of(notebook("one")), Content.of(notebook("one", "two", "three"))
    assert Content.of(notebook("one!")).is_nearer(few, many)
    assert not Content.of(notebook("one", "two", "three!")).is_nearer(few, many)


def test_outputs_alone_can_tell_what_is_nearer() -> None:
    one = Content.of(with_output("x", html("1"), html("2")))
    other = Content.of(with_output("x", html("3"), html("4")))
    assert Content.of(with_output("x", html("1"), html("5"))).is_nearer(one, other)
    assert not Content.of(with_output("x", html("3"), html("5"))).is_nearer(one, other)


@pytest.mark.parametrize(
    "odd", [b"", b"\xff\xfe", b"[]", b'{"cells": [1]}', b'{"cells": {}}', b"{" * 9999, b"null"]
)
def test_what_is_no_notebook_is_text(odd: bytes) -> None:
    one, other = Content.of(odd), Content.of(notebook("one"))
    assert one.digest != other.digest
    assert Content.of(odd).digest == one.digest
    assert not other.is_nearer(one, other)
