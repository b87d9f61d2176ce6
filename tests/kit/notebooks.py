"""Notebooks for tests: made by hand, and made up by hypothesis."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import nbformat
from hypothesis import strategies as st

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

# -- by hand -------------------------------------------------------------------------------


def code(
    source: str,
    id: str | None = None,
    outputs: tuple[Any, ...] = (),
    count: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A code cell."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [*outputs],
        "execution_count": count,
        **more,
    }
    return {**cell, "id": id} if id else cell


def markdown(source: str, id: str | None = None, **more: Any) -> dict[str, Any]:
    """A Markdown cell."""
    cell = {"cell_type": "markdown", "source": source, "metadata": {}, **more}
    return {**cell, "id": id} if id else cell


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """What a cell printed."""
    return {"output_type": "stream", "name": name, "text": text}


def display(count: int | None = None, **data: Any) -> dict[str, Any]:
    """What a cell displayed; ``image_png="…"`` stands for the MIME type image/png."""
    bundle = {mime.replace("_", "/", 1): value for mime, value in data.items()}
    output = {"output_type": "display_data", "metadata": {}, "data": bundle}
    if count is None:
        return output
    return {**output, "output_type": "execute_result", "execution_count": count}


def error(*traceback: str) -> dict[str, Any]:
    """An exception."""
    return {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no",
        "traceback": [*traceback],
    }


def notebook(*cells: dict[str, Any] | str, **metadata: Any) -> dict[str, Any]:
    """A notebook of these cells; a text stands for a code cell with that source."""
    made = [
        code(cell, f"cell-{place}") if isinstance(cell, str) else cell
        for place, cell in enumerate(cells)
    ]
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def model(*cells: dict[str, Any] | str, **metadata: Any) -> dict[str, Any]:
    """What a front end sends to save such a notebook."""
    return {"type": "notebook", "format": "json", "content": notebook(*cells, **metadata)}


def on_disk(content: Mapping[str, Any]) -> bytes:
    """The bytes that Jupyter writes for the notebook *content*."""
    return f"{nbformat.writes(nbformat.from_dict(content))}\n".encode()


# -- by hypothesis -------------------------------------------------------------------------

_LINES = ["", "a", "b", "x = 1", "x = 2", "print(x, y)", "print(x)", "größer 日本語", "😀 smile 🎉"]
_ENDS = ["\n", "\n", "\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", ""]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts of few different lines, with line ends of every sort."""
    ends = draw(st.sampled_from([["\n"], ["\n"], ["\n", "\r", "\r\n"], _ENDS]))
    line = st.tuples(st.sampled_from(_LINES), st.sampled_from(ends)).map("".join)
    return "".join(draw(st.lists(line, max_size=8))) + draw(st.sampled_from(_LINES))


def json_values(*, nan: bool = True) -> st.SearchStrategy[Any]:
    """Any JSON, with values that Python takes for equal and JSON does not."""
    scalar = st.one_of(
        st.sampled_from([0, 1, 0.0, -0.0, 1.0, True, False, None, "", "1"]),
        st.integers(),
        st.floats(allow_nan=nan, allow_infinity=nan),
        st.text(max_size=5),
    )
    key = st.sampled_from(["a", "b", "tags", "ключ", "😀"])
    return st.recursive(
        scalar,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.lists(st.sampled_from(["a", "b", "c"]), max_size=4),
            st.dictionaries(key, inner, max_size=3),
        ),
        max_leaves=6,
    )


def objects(*, nan: bool) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects, such as metadata are."""
    keys = st.sampled_from(["tags", "kernelspec", "name", "collapsed"])
    return st.dictionaries(keys, json_values(nan=nan), max_size=3)


@st.composite
def outputs(draw: st.DrawFn, *, nan: bool) -> dict[str, Any]:
    """Outputs of every type."""
    kind = draw(st.sampled_from(["stream", "error", "display_data", "execute_result"]))
    if kind == "stream":
        return stream(draw(texts()), draw(st.sampled_from(["stdout", "stderr"])))
    if kind == "error":
        return error(*draw(st.lists(st.sampled_from(["frame 1", "frame 2", "at"]), max_size=3)))
    data = draw(
        st.fixed_dictionaries(
            {"text/plain": texts()},
            optional={
                "image/png": st.sampled_from(["aGVsbG8=\n", "d29ybGQ=\n", "aGVs\nbG8=\n"]),
                # nbdime's widget cannot show the source of data that is null, changed or not.
                "application/json": json_values(nan=nan).filter(lambda value: value is not None),
                "text/html": texts(),
            },
        )
    )
    output = {"output_type": kind, "metadata": draw(objects(nan=nan)), "data": data}
    if kind == "execute_result":
        output["execution_count"] = draw(st.none() | st.integers(1, 9))
    return output


@st.composite
def cells(draw: st.DrawFn, *, nan: bool) -> dict[str, Any]:
    """Cells of every type, often with an id, which others may have too."""
    kind = draw(st.sampled_from(["code", "markdown", "raw"]))
    cell = {"cell_type": kind, "source": draw(texts()), "metadata": draw(objects(nan=nan))}
    if draw(st.booleans()):
        cell["id"] = draw(st.sampled_from([f"id-{number}" for number in range(12)]))
    if kind == "code":
        cell["outputs"] = draw(st.lists(outputs(nan=nan), max_size=3))
        cell["execution_count"] = draw(st.none() | st.integers(1, 9))
    elif draw(st.booleans()):
        files = st.dictionaries(st.sampled_from(["image/png", "image/svg+xml"]), texts())
        cell["attachments"] = draw(st.dictionaries(st.sampled_from(["a.png", "b.png"]), files))
    return cell


@st.composite
def notebooks(draw: st.DrawFn, *, nan: bool = True) -> dict[str, Any]:
    """Notebooks of no to six cells."""
    return {
        "cells": draw(st.lists(cells(nan=nan), max_size=6)),
        "metadata": draw(objects(nan=nan)),
        "nbformat": 4,
        "nbformat_minor": draw(st.sampled_from([4, 5])),
    }


@st.composite
def pairs(draw: st.DrawFn, *, nan: bool = True) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two notebooks: the second an edited copy of the first, or another one."""
    base = draw(notebooks(nan=nan))
    if draw(st.integers(0, 4)) == 0:
        return base, draw(notebooks(nan=nan))
    remote = copy.deepcopy(base)
    for _ in range(draw(st.integers(0, 4))):
        _edit(draw, remote, nan=nan)
    return base, remote


def _edit(draw: st.DrawFn, remote: dict[str, Any], *, nan: bool) -> None:
    inside = remote["cells"]
    at = draw(st.integers(0, len(inside)))
    edit = draw(st.sampled_from(["insert", "metadata", "remove", "move", "copy", "source", "part"]))
    if edit == "insert":
        inside.insert(at, draw(cells(nan=nan)))
    elif edit == "metadata":
        remote["metadata"] = draw(objects(nan=nan))
    elif at == len(inside):
        remote["nbformat_minor"] = draw(st.sampled_from([4, 5]))
    elif edit == "remove":
        del inside[at]
    elif edit == "move":
        inside.insert(draw(st.integers(0, len(inside) - 1)), inside.pop(at))
    elif edit == "copy":
        inside.insert(at, copy.deepcopy(inside[at]))
    elif edit == "source":
        inside[at]["source"] = _edited(draw, inside[at]["source"])
    else:
        other = draw(cells(nan=nan))
        part = draw(st.sampled_from(sorted(other)))
        if part == "outputs" and inside[at].get("outputs"):
            output = draw(st.sampled_from(inside[at]["outputs"]))
            if "text" in output:
                output["text"] = _edited(draw, output["text"])
        elif part in inside[at] and part != "cell_type":
            inside[at][part] = other[part]


def _edited(draw: st.DrawFn, text: str) -> str:
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 4)))
    return text[:start] + draw(st.sampled_from(["", "z", "x = 3\n", "\n", "🎉"])) + text[end:]
