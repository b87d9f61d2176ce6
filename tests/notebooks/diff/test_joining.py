"""Texts in one piece, and what is too large to compare."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from notebooks import code, display, markdown, notebook, stream

from bookstore.errors import TooLarge
from bookstore.notebooks.diff import (
    MAX_COMPARE_BYTES,
    MAX_COMPARE_CELLS,
    apply_diff,
    check_comparable,
    diff_notebooks,
    joined,
)


def test_texts_written_as_lines_are_joined() -> None:
    lines: Any = ["a\n", "b"]
    on_disk = notebook(
        code(lines, "a", (stream(lines), display(text_plain=lines, image_png=lines))),
        markdown(lines, "b", attachments={"c.svg": {"image/svg+xml": lines}}),
    )
    kept = copy.deepcopy(on_disk)
    assert joined(on_disk) == notebook(
        code("a\nb", "a", (stream("a\nb"), display(text_plain="a\nb", image_png="a\nb"))),
        markdown("a\nb", "b", attachments={"c.svg": {"image/svg+xml": "a\nb"}}),
    )
    assert on_disk == kept, "what was given is not changed"


@pytest.mark.parametrize("mime", ["application/json", "application/vnd.plotly.v1+json"])
def test_lists_that_are_data_stay_lists(mime: str) -> None:
    output = {"output_type": "display_data", "metadata": {}, "data": {mime: ["a", "b"]}}
    assert joined(notebook(code("x", "a", (output,))))["cells"][0]["outputs"] == [output]


@pytest.mark.parametrize(
    "malformed",
    [{"cells": 1}, {"cells": [1, None]}, {"cells": [{"source": [1], "outputs": "none"}]}],
)
def test_what_is_malformed_is_left_as_it_is(malformed: dict[str, Any]) -> None:
    assert joined(malformed) == malformed
    for other in ({}, notebook(code("x"))):
        assert apply_diff(other, diff_notebooks(other, malformed)) == malformed
        assert apply_diff(malformed, diff_notebooks(malformed, other)) == other


def test_up_to_64_mib_can_be_compared() -> None:
    check_comparable(MAX_COMPARE_BYTES)
    with pytest.raises(TooLarge, match=r"has 65 MiB; up to 64 MiB") as raised:
        check_comparable(65 * 2**20)
    assert raised.value.status == 413
    assert raised.value.hint


def test_up_to_10_000_cells_can_be_compared() -> None:
    many = notebook(*[code("x")] * (MAX_COMPARE_CELLS + 1))
    with pytest.raises(TooLarge, match="10,001 cells; up to 10,000"):
        diff_notebooks(notebook(), many)


def test_json_that_is_nested_too_deeply_is_too_large() -> None:
    def nested(value: Any) -> dict[str, Any]:
        for _ in range(5_000):
            value = {"a": value}
        return notebook(inner=value)

    with pytest.raises(TooLarge, match="nested too deeply"):
        diff_notebooks(nested(1), nested(2))
