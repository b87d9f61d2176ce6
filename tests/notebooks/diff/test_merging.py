"""A merge of three: what one side changed goes over into the other, which went on."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from notebooks import code, markdown, notebook, stream

from bookstore.notebooks.diff.merging import merge, merged_texts


def sources(merged: dict[str, Any]) -> list[str]:
    return [cell["source"] for cell in merged["cells"]]


BASE = notebook(code("a = 1", "a"), code("b = 1", "b"), code("c = 1", "c"))


def test_what_only_theirs_changed_is_taken_over() -> None:
    theirs = notebook(code("a = 1", "a"), code("b = 2", "b"), code("c = 1", "c"))
    merged, kept = merge(BASE, BASE, theirs)
    assert (merged, kept) == (theirs, ())


def test_what_only_ours_changed_stays() -> None:
    ours = notebook(markdown("# New", "n"), code("a = 3", "a"), code("c = 1", "c"))
    merged, kept = merge(BASE, ours, BASE)
    assert (merged, kept) == (ours, ())


def test_both_change_lines_of_one_cell() -> None:
    base = notebook(code("one\ntwo\nthree\nfour", "a"))
    ours = notebook(code("one\ntwo\nthree\nFOUR\nfive", "a"))
    theirs = notebook(code("ONE\nthree\nfour", "a"))
    merged, kept = merge(base, ours, theirs)
    assert sources(merged) == ["ONE\nthree\nFOUR\nfive"]
    assert kept == ()


def test_where_both_changed_the_same_line_ours_stays_and_is_told() -> None:
    ours = notebook(code("a = 'ours'", "a"), *BASE["cells"][1:])
    theirs = notebook(code("a = 'theirs'", "a"), *BASE["cells"][1:])
    merged, kept = merge(BASE, ours, theirs)
    assert (merged, kept) == (ours, ("a",))


def test_a_cell_that_theirs_has_not_goes_unless_ours_went_on_with_it() -> None:
    theirs = notebook(code("a = 1", "a"), code("c = 1", "c"))
    assert sources(merge(BASE, BASE, theirs).notebook) == ["a = 1", "c = 1"]
    run = notebook(BASE["cells"][0], code("b = 1", "b", (stream("1"),), 1), BASE["cells"][2])
    assert sources(merge(BASE, run, theirs).notebook) == ["a = 1", "c = 1"]
    ours = notebook(BASE["cells"][0], code("b = 2", "b"), BASE["cells"][2])
    merged, kept = merge(BASE, ours, theirs)
    assert sources(merged) == ["a = 1", "b = 2", "c = 1"]
    assert kept == ("b",)


def test_a_cell_that_theirs_alone_has_comes_where_it_stands_there() -> None:
    theirs = notebook(
        code("first", "x"), code("a = 1", "a"), code("mid", "y"), *BASE["cells"][1:], code("z", "z")
    )
    ours = notebook(*BASE["cells"], code("mine", "m"))
    assert sources(merge(BASE, ours, theirs).notebook) == [
        "first", "a = 1", "mid", "b = 1", "c = 1", "z", "mine",
    ]  # fmt: skip


def test_cells_that_are_gone_on_both_sides_are_gone() -> None:
    ours = notebook(code("b = 1", "b"), code("c = 1", "c"))
    theirs = notebook(code("c = 1", "c"))
    assert sources(merge(BASE, ours, theirs).notebook) == ["c = 1"]


def test_metadata_is_merged_by_its_fields() -> None:
    base = notebook("1", authors=["ada"], title="old")
    ours = notebook("1", authors=["ada"], title="mine")
    theirs = notebook("1", title="old")
    merged = merge(base, ours, theirs).notebook
    assert merged["metadata"]["title"] == "mine"
    assert "authors" not in merged["metadata"]


def test_cells_without_ids_are_known_by_what_they_say() -> None:
    base = notebook(code("a"), code("b"), code("c"))
    ours = notebook(code("a"), code("b"), code("c"), code("d"))
    theirs = notebook(code("a"), code("c"))
    assert sources(merge(base, ours, theirs).notebook) == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("ours", "expected"),
    [("a\nb\nc\n", "a\nB\nc\n"), ("a\nb\nc\nd", "a\nB\nc\nd"), ("b\nc\n", "B\nc\n")],
)
def test_the_end_of_a_text_stays_as_ours_has_it(ours: str, expected: str) -> None:
    assert merged_texts("a\nb\nc\n", ours, "a\nB\nc\n") == (expected, True)


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "d\r"]), max_size=6).map("\n".join)


@given(LINES, LINES)
def test_a_text_that_one_side_left_alone_is_the_other_sides(base: str, changed: str) -> None:
    assert merged_texts(base, base, changed) == (changed, True)
    assert merged_texts(base, changed, base) == (changed, True)


CELLS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["1", "2", "1\n2"])),
    max_size=5,
    unique_by=lambda cell: cell[0],
)


@example([("b", "1")], [("a", "1"), ("b", "1")], [("a", "1")])
@given(CELLS, CELLS, CELLS)
def test_a_merge_changes_none_of_its_sides_and_keeps_what_ours_added(
    base: list[tuple[str, str]], ours: list[tuple[str, str]], theirs: list[tuple[str, str]]
) -> None:
    sides = [notebook(*(code(text, name) for name, text in each)) for each in (base, ours, theirs)]
    before = copy.deepcopy(sides)
    merged = merge(*sides).notebook
    assert sides == before
    names = [cell["id"] for cell in merged["cells"]]
    assert len(set(names)) == len(names)
    assert {name for name, _ in ours} - {name for name, _ in base} <= {*names}
    assert merge(before[0], before[0], before[2]).notebook["metadata"] == sides[2]["metadata"]
