"""Notebooks that break one rule of the format each, made from nbformat's own schemas.

Jupyter opens most of them, and JupyterLab writes some: a cell ID in format 4.4, say.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, TypeAlias

import nbformat
from jsonschema import Draft4Validator

Schema: TypeAlias = "dict[str, Any]"
Steps: TypeAlias = "tuple[str | int, ...]"

FORMATS = ((3, 0), *((4, minor) for minor in range(6)))
OTHER_VALUES: tuple[Any, ...] = (None, 1.5, "odd", [], {}, True, ["odd", 1], {"odd": [None]})
"""Of which one takes the place of each value, another each time."""
NAMES = ("a.png", "text/plain", "application/json", "application/x+json")
"""Of properties that the schema describes by a pattern."""


def odd_notebooks() -> Iterator[tuple[str, bytes]]:
    """Yield a few hundred notebooks, and what is odd about each: a name that is always the same."""
    known: dict[int, set[str]] = {}
    for major, minor in FORMATS:
        for name, notebook in Format(major, minor).broken(known.setdefault(major, set())):
            yield f"{major}.{minor} {name}", json.dumps(notebook).encode()
    for name, notebook in _made_by_hand().items():
        yield name, notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()


class Format:
    """One format of notebooks, and what its schema allows and forbids."""

    def __init__(self, major: int, minor: int) -> None:
        self.name = f"{major}.{minor}"
        self.minor = minor
        module = nbformat.versions[major]
        files = getattr(module, "nbformat_schema", "")
        file = files[major, minor] if isinstance(files, dict) else files
        self.schema: Schema = json.loads(Path(module.__file__).with_name(file).read_text())
        self.example = self._example(self.schema)
        self.example["nbformat_minor"] = minor
        for number, cell in enumerate(self.example.get("cells", ())):
            if "id" in cell:
                cell["id"] = f"cell-{number}"

    def is_valid(self, value: Any, schema: Schema) -> bool:
        """Does *value* keep the rules of *schema*, a part of the format's?"""
        return bool(Draft4Validator({**self.schema, **self._resolved(schema)}).is_valid(value))

    def broken(self, known: set[str]) -> Iterator[tuple[str, Any]]:
        """Yield notebooks that break one rule each, and which.

        Rules that are *known* from other formats are left out, and the others added to them.
        """
        others = cycle(OTHER_VALUES)
        for steps, schema in self._parts(self.schema, self.example, ()):
            for rule, odd in self._odd_values(schema, self._at(steps), others):
                name = f"{_place(steps)}: {rule}"
                fact = json.dumps([name, schema.get(rule.split()[0], "")])
                broken = self._with(steps, odd)
                if fact not in known and not self.is_valid(broken, self.schema):
                    known.add(fact)
                    yield name, broken

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found = self.schema
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return {
            name: rule for name, rule in schema.items() if name not in ("definitions", "$schema")
        }

    # -- a notebook with everything that the schema knows ------------------------------------------

    def _example(self, schema: Schema) -> Any:
        schema = self._resolved(schema)
        if "enum" in schema:
            return schema["enum"][0]
        if choices := schema.get("oneOf") or schema.get("anyOf"):
            return self._example(choices[0])
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        if kind == "object":
            return {name: self._example(inner) for name, inner in _properties(schema).items()}
        if kind == "array":
            items = self._resolved(schema.get("items", {"type": "string"}))
            choices = items.get("oneOf", [items])
            return [self._example(choice) for choice in choices]
        simple = {"integer": schema.get("minimum", 0), "boolean": True, "null": None}
        return simple.get(kind, "a")

    # -- its parts, and what they may not be -------------------------------------------------------

    def _parts(self, schema: Schema, value: Any, steps: Steps) -> Iterator[tuple[Steps, Schema]]:
        schema = self._resolved(schema)
        yield steps, schema
        if choices := schema.get("oneOf"):
            fitting = [choice for choice in choices if self.is_valid(value, choice)]
            for choice in fitting:
                yield from self._parts(choice, value, steps)
        if isinstance(value, dict):
            for name, inner in _properties(schema).items():
                if name in value:
                    yield from self._parts(inner, value[name], (*steps, name))
        elif isinstance(value, list):
            for at, item in enumerate(value):
                yield from self._parts(schema.get("items", {}), item, (*steps, at))

    def _odd_values(
        self, schema: Schema, value: Any, others: Iterator[Any]
    ) -> Iterator[tuple[str, Any]]:
        for rule in ("type", "oneOf"):
            if rule in schema:
                yield rule, next(odd for odd in others if not self.is_valid(odd, schema))
        for rule, breaking in _BROKEN.items():
            if rule in schema:
                for name, broken in breaking(schema[rule], value):
                    yield f"{rule} {name}".rstrip(), broken

    def _at(self, steps: Steps) -> Any:
        value = self.example
        for step in steps:
            value = value[step]
        return value

    def _with(self, steps: Steps, odd: Any) -> Any:
        if not steps:
            return odd
        whole = copy.deepcopy(self.example)
        value = whole
        for step in steps[:-1]:
            value = value[step]
        value[steps[-1]] = odd
        return whole


def _properties(schema: Schema) -> Schema:
    """Return the properties that an object may have, those by pattern under a name that fits."""
    found = dict(schema.get("properties", {}))
    more = schema.get("additionalProperties")
    for pattern, inner in schema.get("patternProperties", {}).items():
        found |= {name: inner for name in NAMES if re.search(pattern, name) and name not in found}
    if isinstance(more, dict) and more:
        found.setdefault("text/plain", more)
    return found


def _place(steps: Steps) -> str:
    return "/".join(map(str, steps)) or "the notebook"


_BROKEN: dict[str, Callable[[Any, Any], list[tuple[str, Any]]]] = {
    "required": lambda names, value: [
        (name, {key: inner for key, inner in value.items() if key != name}) for name in names
    ],
    "additionalProperties": lambda more, value: (
        [("", {**value, "odd": 1})] if more is False else []
    ),
    "enum": lambda _, __: [("", "odd")],
    "minimum": lambda least, _: [("", least - 1)],
    "maximum": lambda most, _: [("", most + 1)],
    "minLength": lambda least, _: [("", "a" * (least - 1))],
    "maxLength": lambda most, _: [("", "a" * (most + 1))],
    "pattern": lambda _, __: [("", "a,b c!")],
    "uniqueItems": lambda _, value: [("", [*value, *value])],
}
"""For each rule, what breaks it: a word more about it, and the value."""


# -- what no schema knows of -----------------------------------------------------------------------


def _notebook(*cells: Any, minor: int = 5, **more: Any) -> dict[str, Any]:
    return {"cells": [*cells], "metadata": {}, "nbformat": 4, "nbformat_minor": minor, **more}


def _code(**more: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": []}
    return {**cell, "execution_count": None, **more}


def _made_by_hand() -> dict[str, Any]:
    future = {"cell_type": "future", "id": "a", "metadata": {}}
    html = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<b>1</b>"}}
    trusted = _code(id="a", metadata={"trusted": True}, outputs=[html])
    lines = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
    plain = json.dumps(_notebook(_code(id="a")))
    return {
        "a cell of the future": _notebook(future, minor=6),
        "a cell of the future, with a number": _notebook({**future, "source": 5}, minor=6),
        "an output of the future": _notebook(
            _code(id="a", outputs=[{"output_type": "x"}]), minor=6
        ),
        "a heading": _notebook({"cell_type": "heading", "level": 2, "metadata": {}, "source": "x"}),
        "ids alike": _notebook(_code(id="a"), _code(id="a"), _code(id="a")),
        "ids missing": _notebook(_code(), _code()),
        "ids in format 4.4": _notebook(_code(id="a"), _code(id="b"), minor=4),
        "a count that is a star": _notebook(_code(execution_count="*"), minor=4),
        "a count that is a float": _notebook(_code(execution_count=1.0), minor=4),
        "trust": _notebook(trusted, metadata={"trusted": True, "signature": "x"}),
        "trust, and not valid": _notebook({**trusted, "odd": 1}),
        "trust where it means nothing yet": _notebook(_code(id="a", trusted=True, outputs=[html])),
        "trust, and not to be written": _notebook(
            {name: value for name, value in trusted.items() if name != "execution_count"},
            {"cell_type": "code", "id": "b", "metadata": {"trusted": True}, "source": ""},
        ),
        "lines": _notebook(_code(id="a", source=["a\n", "b"], outputs=[lines, html])),
        "cells that are none": _notebook(cells={}),
        "NaN": _notebook(_code(id="a"), metadata={"x": float("nan")}),
        "NaN in an output": _notebook(
            _code(id="a", outputs=[{**html, "data": {"application/json": [float("inf")]}}])
        ),
        "a number beyond all": plain.replace('"metadata": {}', '"metadata": {"x": 1e400}').encode(),
        "format 1": {
            "nbformat": 1,
            "cells": [{"cell_type": "code", "code": "1"}, {"cell_type": "text", "text": "x"}],
        },
        "format 2": {
            "nbformat": 2,
            "metadata": {"name": "old"},
            "worksheets": [{"cells": [{"cell_type": "code", "input": "1", "outputs": []}]}],
        },
        "a star in format 3": {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {"name": ""},
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "code", "outputs": [], "prompt_number": "*", "input": "x"}
                    ]
                }
            ],
        },
        "no format": {name: value for name, value in _notebook().items() if name != "nbformat"},
        "a format to come": _notebook(nbformat=5),
        "half a character": _notebook(_code(id="a", source="\ud800")),
        "line ends of Windows": plain.replace(", ", ",\r\n").encode(),
        "a mark of order": b"\xef\xbb\xbf" + plain.encode(),
        "cut": plain[:-9].encode(),
        "nothing": b"",
        "a list": b"[]",
    }
