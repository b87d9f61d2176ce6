"""Pairs of notebooks that differ in ways that a comparison may fail to show."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from notebooks import code, display, markdown, notebook, stream

Notebook = dict[str, Any]
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
GIF = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_TEXTS = ["", "q", "q\n", "q\n\n", "q\n\nz", "q\n\nz\n", "def f(a):\n    return a"]
_ODD: list[Any] = [None, 5, {"a": 1}, ["line\n", 3], True]


def pictured(**pictures: str) -> dict[str, Any]:
    """A Markdown cell with these attachments."""
    attachments = {f"{name}.png": {"image/png": data} for name, data in pictures.items()}
    return markdown("![](attachment:a.png)", "m", attachments=attachments)


def kinds() -> dict[str, tuple[Notebook, Notebook]]:
    """The pairs by name; each is compared in both directions."""
    lines = [f"value_{number} = compute({number})\n" for number in range(400)]
    edited = [*lines[:200], "inserted\n", *lines[210:]]
    log = "".join(lines * 5)
    cells: dict[str, tuple[Any, Any]] = {
        **{f"{a!r} and {b!r}": (code(a, "c"), code(b, "c")) for a, b in _pairs(_TEXTS)},
        "only line ends": (code("a\nb\n", "c"), code("a\r\nb\n", "c")),
        "a long source": (code("".join(lines), "c"), code("".join(edited), "c")),
        "a long line": (code("x " * 20_000, "c"), code("x " * 20_000 + "y", "c")),
        "a long log": (_printed(log), _printed(log + "the end\n")),
        "another log": (_printed(log), _printed("something else\n" * 3000)),
        "an attachment gone": (pictured(a=PNG), markdown("![](attachment:a.png)", "m")),
        "an attachment replaced": (pictured(a=PNG), pictured(a=GIF)),
        "an attachment beside": (pictured(a=PNG), pictured(a=PNG, b=GIF)),
        "an image": (_shown(image_png=PNG), _shown(image_png=GIF)),
        "HTML behind the same text": (
            _shown(text_html="<b>1</b>", text_plain="1"),
            _shown(text_html="<b>2</b>", text_plain="1"),
        ),
        "many outputs": (code("c", "c"), code("c", "c", tuple(map(stream, lines)))),
        "a number written otherwise": (
            code("c", "c") | {"metadata": {"n": 1}},
            code("c", "c") | {"metadata": {"n": 1.0}},
        ),
        "another ID": (code("the same", "c"), code("the same", "other")),
        "another type": (code("the same", "c"), markdown("the same", "c")),
        "an unknown type": (code("c", "c"), {**code("c", "c"), "cell_type": "heading"}),
        "a count": (code("c", "c", (), 0), code("c", "c", (), 3)),
        **{f"a source that is {odd!r}": (code("c", "c"), _with(source=odd)) for odd in _ODD},
        **{f"outputs that are {odd!r}": (code("c", "c"), _with(outputs=odd)) for odd in _ODD},
        **{f"metadata that are {odd!r}": (code("c", "c"), _with(metadata=odd)) for odd in _ODD},
        **{f"attachments of {odd!r}": (pictured(a=PNG), _with(attachments=odd)) for odd in _ODD},
        "no source": (code("c", "c"), {"cell_type": "code", "id": "c"}),
        "an output that is no object": (_printed("a"), code("c", "c", (7, None, ["x"]))),
    }
    after = markdown("later cell", "after")
    pairs = {
        name: (notebook(before, after), notebook(now, {**after, "source": "later, too"}))
        for name, (before, now) in cells.items()
    }
    unseen = [markdown("m", "m", attachments={"a.txt": {"text/plain": text}}) for text in "xy"]
    pairs["an attachment that is no image"] = (notebook(unseen[0]), notebook(unseen[1]))
    base = notebook(code("c", "c"), after)
    pairs["a key of every object"] = (base, notebook({**code("c", "c"), "toString": "x"}, after))
    odd = {"name": "python", "codemirror_mode": {"name": 7}}
    pairs["an odd language"] = (base, notebook(code("d", "c"), after, language_info=odd))
    pairs["the notebook's own"] = (base, {**base, "metadata": {"title": "x"}, "nbformat_minor": 4})
    pairs["an odd key"] = (base, {**base, "worksheets": [1]})
    return pairs


def both_ways(
    pairs: dict[str, tuple[Notebook, Notebook]],
) -> Iterator[tuple[str, Notebook, Notebook]]:
    """Each pair, and then each the other way round."""
    for name, (base, remote) in pairs.items():
        yield name, copy.deepcopy(base), remote
        yield f"{name}, the other way", copy.deepcopy(remote), base


def _pairs(values: list[str]) -> Iterator[tuple[str, str]]:
    return ((a, b) for number, a in enumerate(values) for b in values[number + 1 :])


def _printed(text: str) -> dict[str, Any]:
    return code("print()", "c", (stream(text),))


def _shown(**data: str) -> dict[str, Any]:
    return code("show()", "c", (display(None, **data),))


def _with(**parts: Any) -> dict[str, Any]:
    return code("c", "c") | parts
