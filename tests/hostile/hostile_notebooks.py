"""Notebooks that nobody makes by accident: of every format and none, and with every odd value."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from notebooks import notebook

NAN, INFINITY = float("nan"), float("inf")


def changed(**values: Any) -> dict[str, Any]:
    """A notebook with other *values* at its top."""
    return {**notebook("1 + 1"), **values}


def of_cells(*cells: Any) -> dict[str, Any]:
    """A notebook of *cells*."""
    return changed(cells=list(cells))


def code(**values: Any) -> dict[str, Any]:
    """A code cell with other *values*."""
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": []}
    return {**cell, "execution_count": None, **values}


def output(**values: Any) -> dict[str, Any]:
    """A notebook with one output that has other *values*."""
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "1"}}
    return of_cells(code(outputs=[{**shown, **values}]))


def older(major: int, *cells: Any, **values: Any) -> dict[str, Any]:
    """A notebook of format 2 or 3."""
    whole = {"nbformat": major, "nbformat_minor": 0, "metadata": {"name": "old"}}
    return {**whole, "worksheets": [{"cells": list(cells), "metadata": {}}], **values}


def nested(levels: int) -> str:
    """The JSON of a notebook that nests so deeply."""
    return json.dumps(changed(metadata={"x": 7})).replace("7", "[" * levels + "]" * levels, 1)


def with_number(digits: str) -> str:
    """The JSON of a notebook with a number that Python would write in another way."""
    return json.dumps(changed(metadata={"x": 7})).replace("7", digits, 1)


OLD_CELL = {"cell_type": "code", "input": "1", "outputs": [], "language": "python", "metadata": {}}

OF_FORMAT = {
    **{
        f"format {major!r}": changed(nbformat=major)
        for major in (1, 5, 10**30, "4", 4.0, True, None)
    },
    **{f"format {type(value).__name__}": changed(nbformat=value) for value in ({}, [], "x")},
    **{
        f"minor {minor!r}": changed(nbformat_minor=minor)
        for minor in (-1, 99, 10**30, 1.5, "x", None, True, [])
    },
    "format 2": older(2, {**OLD_CELL}),
    "format 3": older(
        3, OLD_CELL, {"cell_type": "heading", "level": 1, "source": "h", "metadata": {}}
    ),
    "format 3 with trust": older(3, {**OLD_CELL, "metadata": {"trusted": True}}),
    "format 3 with sheets": {**older(3), "worksheets": [{"cells": [OLD_CELL]}] * 3},
    "format 3 without sheets": {"nbformat": 3, "nbformat_minor": 0, "metadata": {}},
    "format 3 of numbers": older(3, {**OLD_CELL, "input": 1}),
    "format 3 of the future": older(3, OLD_CELL, nbformat_minor=7),
    "format 3 with odd outputs": older(3, {**OLD_CELL, "outputs": [{"output_type": "x"}, 7, None]}),
    "two formats": {**older(3, OLD_CELL), **changed()},
}

OF_SHAPE = {
    "cells an object": changed(cells={}),
    "cells null": changed(cells=None),
    "cells text": changed(cells="cells"),
    "cells odd": of_cells(1, None, "x", [], {}),
    "cell of no kind": of_cells({"cell_type": "<script>", "metadata": {}, "source": "x"}),
    "cell of two lists": of_cells([[]]),
    "source a number": of_cells(code(source=1)),
    "source an object": of_cells(code(source={}, outputs={}, execution_count="x")),
    "source lines": of_cells(code(source=["a\n", "b"])),
    "source odd lines": of_cells(code(source=["a", 1, None])),
    "outputs odd": of_cells(code(outputs=[5, None, {"output_type": 7}, {}])),
    "output of odd data": output(data={"text/html": 1, "x": None, "image/png": {}}),
    "output of JSON": output(data={"application/json": {"a": [1, None, {}]}, "text/plain": ["a"]}),
    "output of lines": output(data={"text/plain": ["a\n", "b"], "application/x+json": ["a"]}),
    "metadata null": changed(metadata=None),
    "metadata a list": changed(metadata=[]),
    "cell metadata null": of_cells(code(metadata=None)),
    "kernelspec text": changed(metadata={"kernelspec": "x"}),
    "kernelspec odd": changed(metadata={"kernelspec": {"display_name": {}, "name": 1}}),
    "language odd": changed(metadata={"language_info": {"name": []}}),
    "trust odd": of_cells(code(metadata={"trusted": [True]})),
    "trust everywhere": changed(
        metadata={"trusted": True, "signature": 5},
        cells=[
            code(metadata={"trusted": True}),
            code(id="b", metadata={"trusted": "yes"}),
        ],
    ),
    "ids alike": of_cells(code(), code(), code()),
    "ids odd": of_cells(code(id=5), code(id=[]), code(id="x" * 99), code(id=""), code(id="é")),
    "ids missing": of_cells({name: value for name, value in code().items() if name != "id"}),
    "more keys": changed(labels={"x": 1}, worksheets=[], **{"": None}),
    "attachments odd": of_cells(
        {"cell_type": "markdown", "id": "a", "source": "", "metadata": {}, "attachments": 5}
    ),
    "widgets odd": changed(metadata={"widgets": {"application/vnd.jupyter.widget-state+json": 5}}),
    "original format": changed(metadata={"orig_nbformat": "x"}, orig_nbformat={}),
    "counts huge": of_cells(code(execution_count=10**300)),
    "counts odd": of_cells(code(execution_count=1.5), code(id="b", execution_count=True)),
}

OF_VALUES = {
    "not a number": changed(metadata={"x": NAN}),
    "infinity": changed(metadata={"x": [INFINITY, -INFINITY]}),
    "output not a number": output(data={"application/json": {"x": NAN}}),
    "half a character": changed(metadata={"x": "\ud800"}),
    "half a character in a key": changed(metadata={"\udfff": 1}),
    "half a character in code": of_cells(code(source="\ud800\ud800")),
    "pairs": of_cells(code(source="\U0001f600 \U00010000")),
    "controls": of_cells(code(source="".join(map(chr, range(32))) + "\x7f\x85\u2028\u2029\ufeff")),
    "line ends": of_cells(code(source="a\r\nb\rc\x0bd\x0ce\x1cf\x85g\u2028h")),
    "long line": of_cells(code(source="x" * 300_000)),
    "minus zero": changed(metadata={"x": [-0.0, 5e-324, 1.7976931348623157e308]}),
}

OF_TEXT: dict[str, str | bytes] = {
    "number too large": with_number("1e400"),
    "number far too large": with_number("9" * 400 + ".5"),
    "integer huge": with_number("9" * 4000),
    "integer too long": with_number("9" * 5000),
    "number long": with_number("0." + "1" * 5000),
    **{
        f"nested {levels}": nested(levels) for levels in (100, 290, 310, 390, 410, 490, 970, 50_000)
    },
    "nothing": "",
    "blanks": " \n",
    "null": "null",
    "a list": "[]",
    "text": '"x"',
    "a number": "1",
    "an object": "{}",
    "cut": json.dumps(changed())[:-5],
    "more behind": json.dumps(changed()) + "xx",
    "NUL behind": json.dumps(changed()) + "\0",
    "keys twice": '{"nbformat": 3, ' + json.dumps(changed())[1:],
    "line ends of Windows": json.dumps(changed(), indent=1).replace("\n", "\r\n"),
    "escapes": json.dumps(changed()).replace("1 + 1", "\\u0031\\/\\u0000"),
    "mark of order": "\ufeff" + json.dumps(changed()),
    "UTF-16": json.dumps(changed()).encode("utf-16"),
    "Latin": b'{"x":"\xff"}',
    "every byte": bytes(range(256)),
    "surrogates as bytes": json.dumps(changed())
    .replace("1 + 1", "\ud800")
    .encode(errors="surrogatepass"),
}

NOTEBOOKS: dict[str, bytes] = {
    **{
        name: json.dumps(content).encode()
        for name, content in {**OF_FORMAT, **OF_SHAPE, **OF_VALUES}.items()
    },
    **{name: text if isinstance(text, bytes) else text.encode() for name, text in OF_TEXT.items()},
}
"""By what is odd about them."""

ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 4, 10**40, NAN, INFINITY, -INFINITY, "", "a", "code", "text/plain"])
    | st.floats()
    | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cell_type", "source", "metadata", "outputs", "data", "id", "x", ""]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
"""Any JSON, with names that mean something here."""


@st.composite
def odd_notebooks(draw: Callable[..., Any]) -> Any:
    """A notebook in which some places hold anything."""
    whole = {"": copy.deepcopy(draw(st.sampled_from(VALID)))}
    for _ in range(draw(st.integers(1, 3))):
        place: Any = whole
        name: Any = ""
        for _ in range(draw(st.integers(0, 6))):
            inner = place[name]
            names = (
                [*inner]
                if isinstance(inner, dict)
                else [*range(len(inner or ()))]
                if isinstance(inner, list)
                else []
            )
            if not names:
                break
            place, name = inner, draw(st.sampled_from(names))
        if draw(st.booleans()) or not isinstance(place, dict):
            place[name] = draw(ODD)
        else:
            del place[name]
            place[draw(st.sampled_from(["x", "id", "source", ""]))] = draw(ODD)
        if "" not in whole:
            return None
    return whole[""]


VALID = [
    OF_SHAPE["output of JSON"],
    OF_SHAPE["trust everywhere"],
    OF_SHAPE["output of lines"],
    OF_FORMAT["format 3"],
    OF_FORMAT["format 2"],
    changed(metadata={"kernelspec": {"name": "a", "display_name": "b"}, "x": {"y": [1]}}),
]
