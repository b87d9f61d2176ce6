"""The quick writer makes the very bytes that nbformat makes, whatever is in a notebook."""

from __future__ import annotations

import io
import logging
from typing import Any

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from traitlets.log import get_logger

from bookstore.notebooks import writing
from bookstore.notebooks.writing import written

TEXTS = st.text(
    st.one_of(
        st.sampled_from('\n\r\t\v\f\b\x00\x1b\x1c\x1d\x1e\x7f\x85\u2028\u2029"\\/<&é€😀 a'),
        st.characters(),
    ),
    max_size=30,
)
NUMBERS = st.one_of(
    st.integers(),
    st.sampled_from([2**63, -(2**64), 10**400, True, False]),
    st.floats(),
    st.sampled_from([1e16, 1e-7, 1e400, -0.0, float("nan"), 1.0]),
)
VALUES = st.recursive(
    st.one_of(TEXTS, NUMBERS, st.none()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
METADATA = st.dictionaries(st.sampled_from(["tags", "trusted", "signature", "ü"]) | TEXTS, VALUES)
LINES = TEXTS | st.lists(TEXTS, max_size=4)
BUNDLES = st.dictionaries(
    st.sampled_from(["text/plain", "text/html", "image/svg+xml", "image/png", "application/json"]),
    LINES | VALUES,
)
OUTPUTS = st.one_of(
    st.fixed_dictionaries({"output_type": st.just("stream"), "name": TEXTS, "text": LINES}),
    st.fixed_dictionaries(
        {
            "output_type": st.sampled_from(["display_data", "execute_result", "error", "odd"]),
            "metadata": METADATA,
        },
        optional={"data": BUNDLES, "traceback": st.lists(TEXTS)},
    ),
)
CELLS = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw", "odd"]),
        "metadata": METADATA,
        "source": LINES,
    },
    optional={
        "outputs": st.lists(OUTPUTS, max_size=3),
        "execution_count": st.none() | NUMBERS,
        "attachments": st.dictionaries(TEXTS, BUNDLES, max_size=2),
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {
        "nbformat": st.just(4),
        "nbformat_minor": st.sampled_from([0, 4, 5]),
        "metadata": METADATA,
        "cells": st.lists(CELLS, max_size=4),
    }
)


def with_ids(notebook: dict[str, Any]) -> NotebookNode:
    """The notebook, with an ID for each cell: nbformat would make up others each time."""
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"cell-{number}"
    return nbformat.from_dict(notebook)


def outcome(write: Any, notebook: NotebookNode) -> bytes | str:
    """What *write* makes of a copy of *notebook*: bytes, or the name of the error."""
    try:
        made: bytes = write(nbformat.from_dict(notebook))
    except Exception as error:
        return type(error).__name__
    return made


def as_nbformat(notebook: NotebookNode) -> bytes:
    file = io.StringIO()
    nbformat.write(notebook, file, version=nbformat.NO_CONVERT)
    return file.getvalue().encode()


def notebook_with(source: str, **metadata: Any) -> NotebookNode:
    cell = nbformat.v4.new_code_cell(source, id="cell", metadata=metadata)
    return nbformat.v4.new_notebook(cells=[cell])


@settings(max_examples=300, derandomize=True, deadline=None)
@given(NOTEBOOKS.map(with_ids))
@example(notebook_with("a\nb\n\nc"))
@example(notebook_with("print('\\n')\n"))
@example(notebook_with("a\x7fb\n"))
@example(notebook_with("a\r\nb\x85c\u2028d\n"))
@example(notebook_with("a\n\ud800"))
@example(notebook_with("a", huge=10**400, small=1e-7, nan=float("nan"), yes=True, no=None))
def test_the_bytes_are_those_of_nbformat(notebook: NotebookNode) -> None:
    """Also the refusals: a lone surrogate, an outputs list that is missing."""
    assert outcome(lambda nb: written(nb, None), notebook) == outcome(as_nbformat, notebook)


@pytest.mark.parametrize("end", ["\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028"])
def test_every_end_of_a_line_that_python_knows_is_one(end: str) -> None:
    notebook = notebook_with(f"a{end}b\nc{end}")
    assert written(notebook, None) == as_nbformat(notebook)


def test_no_other_character_ends_a_line() -> None:
    every = "".join(chr(code) for code in range(0x3000) if not 0xD800 <= code < 0xE000)
    assert {end for end in every if len(f"a{end}b".splitlines()) > 1} == {
        "\n",
        *writing._OTHER_LINE_ENDS,
    }


def test_an_ordinary_notebook_is_not_left_to_nbformat(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = notebook_with("1 + 1\n2 + 2", tags=["a", "b"], count=3, share=0.25)
    output = nbformat.v4.new_output("stream", text="out\n\x1b[31mred\x1b[0m\n")
    notebook.cells[0].outputs = [output]
    expected = as_nbformat(notebook)

    def refuse(*_: Any, **__: Any) -> str:
        raise AssertionError("left to nbformat")

    monkeypatch.setattr(nbformat.v4, "writes_json", refuse)
    assert written(notebook, None) == expected


def test_writing_changes_nothing_in_the_notebook() -> None:
    notebook = notebook_with("a\nb", trusted=True)
    notebook.metadata.signature = "old"
    before = nbformat.from_dict(notebook)
    written(notebook, None)
    assert notebook == before


def test_a_notebook_of_format_3_is_left_to_nbformat() -> None:
    cell = nbformat.v3.new_code_cell(input="a\nb", language="python")
    notebook = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[cell])])
    assert written(notebook, None) == as_nbformat(notebook)


def test_what_is_invalid_is_told_as_nbformat_does(caplog: pytest.LogCaptureFixture) -> None:
    notebook = notebook_with("a")
    notebook.cells[0].execution_count = "never"
    theirs: dict[str, Any] = {}
    with caplog.at_level(logging.ERROR, get_logger().name):
        nbformat.writes(notebook, capture_validation_error=theirs)
        ours: dict[str, Any] = {}
        made = written(notebook, ours)
    assert made == as_nbformat(notebook)
    assert str(ours["ValidationError"]) == str(theirs["ValidationError"])
    assert len({record.getMessage() for record in caplog.records}) == 1
