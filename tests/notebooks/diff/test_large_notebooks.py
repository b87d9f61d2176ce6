"""Large and awkward notebooks are compared, and their differences are exact.

How long that takes, benchmarks/diff.py measures; test_diff_budget.py holds it to its budget.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from typing import Any

import pytest
from notebooks import code, display, notebook, stream

from bookstore.notebooks.diff import apply_diff, diff_notebooks
from bookstore.notebooks.diff.operations import same

RNG = random.Random(3)


def words(lines: int, vocabulary: int = 5_000) -> str:
    """Lines of eight words."""
    return "".join(
        " ".join(f"w{RNG.randrange(vocabulary)}" for _ in range(8)) + "\n" for _ in range(lines)
    )


def steps(lines: int, kinds: int) -> str:
    """Lines of which there are few different ones."""
    return "".join(f"step {RNG.randrange(kinds)}\n" for _ in range(lines))


def images(count: int, size_bytes: int) -> list[dict[str, Any]]:
    """Outputs of incompressible bytes."""
    pngs = [base64.b64encode(RNG.randbytes(size_bytes)).decode() for _ in range(count)]
    return [display(image_png=png) for png in pngs]


def numbers(last: float) -> dict[str, Any]:
    """A plot of 5 MB."""
    values = [RNG.random() for _ in range(250_000)]
    return display(**{"application_vnd.plotly.v1+json": {"y": [*values, last]}})


def few_edits(text: str) -> str:
    """The text with one line in a hundred changed."""
    lines = text.splitlines(keepends=True)
    lines[::100] = [f"new {line}" for line in lines[::100]]
    return "".join(lines)


def of_sources(make: Callable[[int], str], count: int, id: str = "") -> dict[str, Any]:
    return notebook(*(code(make(at), f"{id}{at}" if id else None) for at in range(count)))


def in_one_output(text: str) -> dict[str, Any]:
    return notebook(code("run()", "a", (stream(text),)))


SOURCE = words(100_000)
REPEATED = {kinds: steps(100_000, kinds) for kinds in (1, 2, 10, 100)}
PLOT = numbers(1.0)
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "500 unrelated cells": (
        of_sources(lambda _: words(10), 500),
        of_sources(lambda _: words(10), 500),
    ),
    "500 rewritten cells": (
        of_sources(lambda _: words(20, 60), 500, "id"),
        of_sources(lambda _: words(20, 60), 500, "id"),
    ),
    "200 cells without ids": (
        of_sources(lambda at: f"load({at})\nplot()\n", 200),
        of_sources(lambda at: f"load({at})\nplot()\nshow()\n", 200),
    ),
    "500 equal cells": (
        of_sources(lambda _: "plt.show()", 500),
        of_sources(lambda _: "plt.show(block=True)", 499),
    ),
    "5 MB of source": (notebook(code(SOURCE, "a")), notebook(code(few_edits(SOURCE), "a"))),
    "5 MB of other source": (notebook(code(SOURCE, "a")), notebook(code(words(100_000), "a"))),
    "5 MB on one line": (
        notebook(code(SOURCE.replace("\n", " "), "a")),
        notebook(code(SOURCE.replace("\n", ";"), "a")),
    ),
    "5 MB of images": (
        notebook(code("f()", "a", tuple(images(100, 40_000)))),
        notebook(code("f()", "a", tuple(images(100, 40_000)))),
    ),
    "5 MB of numbers": (
        notebook(code("f()", "a", (PLOT,))),
        notebook(code("f()", "a", (numbers(2.0),))),
    ),
    "10,000 outputs": (
        notebook(code("f()", "a", tuple(stream(f"{n}\n") for n in range(10_000)))),
        notebook(code("f()", "a", tuple(stream(f"{n}!\n") for n in range(10_000)))),
    ),
    **{
        f"100,000 lines of {kinds} kinds": (
            in_one_output(text),
            in_one_output(steps(90_000, kinds)),
        )
        for kinds, text in REPEATED.items()
    },
    **{
        f"100,000 lines of {kinds} kinds, some changed": (
            in_one_output(text),
            in_one_output(few_edits(text)),
        )
        for kinds, text in REPEATED.items()
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_difference_of_large_notebooks_is_exact(name: str) -> None:
    base, remote = CASES[name]
    assert same(apply_diff(base, diff_notebooks(base, remote)), remote)
