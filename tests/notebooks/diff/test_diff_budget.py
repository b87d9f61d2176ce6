"""What is too much to look at is replaced as one block, and still exactly right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from notebooks import code, display, notebook, stream

from bookstore.errors import TooLarge
from bookstore.notebooks.comparing import compare
from bookstore.notebooks.diff import MAX_COMPARE_DEPTH, DiffOp, apply_diff, diff_notebooks
from bookstore.notebooks.diff.limits import LINES_PER_OUTPUT, MAX_ELEMENTS, Work
from bookstore.notebooks.diff.operations import CannotPatch, same, strings_diff
from bookstore.notebooks.diff.outputs import outputs_diff
from bookstore.notebooks.diff.patching import patched
from bookstore.notebooks.diff.similarity import similar_pairs
from bookstore.notebooks.diff.texts import text_diff

MANY_LINES = MAX_ELEMENTS // 4 + 1
MANY_OUTPUTS = MANY_LINES // LINES_PER_OUTPUT + 1


def numbered(count: int, sign: str = "") -> str:
    return "".join(f"{sign}{number}\n" for number in range(count))


def outputs(count: int, sign: str = "") -> list[dict[str, Any]]:
    return [stream(f"{sign}{number}\n") for number in range(count)]


def cells_diff(base: dict[str, Any], remote: dict[str, Any]) -> list[DiffOp]:
    [op] = diff = diff_notebooks(base, remote)
    assert same(apply_diff(base, diff), remote)
    return list(op["diff"])


def shape(ops: list[DiffOp]) -> list[tuple[str, int]]:
    return [(op["op"], op["key"]) for op in ops]


REPLACED = [("addrange", 0), ("removerange", 0)]


def test_an_output_of_too_many_other_lines_is_replaced_whole() -> None:
    base, remote = (
        notebook(code("run()", "a", (stream(numbered(MANY_LINES, sign)),))) for sign in "-+"
    )
    [cell] = cells_diff(base, remote)
    assert shape(cell["diff"][0]["diff"]) == REPLACED


def test_a_source_of_too_many_other_lines_is_another_cell() -> None:
    base, remote = (notebook(code(numbered(MANY_LINES, sign), "a")) for sign in "-+")
    assert shape(cells_diff(base, remote)) == REPLACED


def test_an_output_that_only_grew_has_a_short_answer_however_long_it_is() -> None:
    lines = numbered(2 * MANY_LINES)
    work = Work()
    [op] = text_diff(lines, f"{lines}done\n", work)
    assert op == {"op": "addrange", "key": 2 * MANY_LINES, "valuelist": ["done\n"]}
    assert work.elements >= MAX_ELEMENTS - 2, "of the rest nothing was looked at"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\r", "\r"])
def test_what_both_texts_begin_and_end_with_is_set_aside_in_whole_lines(end: str) -> None:
    base = f"same{end}x one{end}same{end}\nx"
    for remote in (f"same{end}x two{end}same{end}\nx", f"same{end}same{end}\nx", base + "x", "x"):
        assert patched(base, text_diff(base, remote, Work())) == remote
        assert patched(remote, text_diff(remote, base, Work())) == base


def test_too_many_other_outputs_are_one_block() -> None:
    work = Work()
    base, remote = [[stream("same"), *outputs(MANY_OUTPUTS, sign)] for sign in "-+"]
    diff = outputs_diff(base, remote, work)
    assert shape(diff) == [("addrange", 1), ("removerange", 1)]
    assert same(patched(base, diff), remote)
    assert (work.steps, work.elements) == (Work().steps, MAX_ELEMENTS), "none was looked at"


def test_one_output_less_is_one_output_less_however_many_there_are() -> None:
    base = outputs(MANY_OUTPUTS)
    assert shape(outputs_diff(base, base[1:], Work())) == [("removerange", 0)]
    assert shape(outputs_diff(base, base[:-1], Work())) == [("removerange", MANY_OUTPUTS - 1)]


def test_many_cells_of_many_outputs_share_one_budget() -> None:
    each = MANY_OUTPUTS // 4
    base, remote = (
        notebook(*(code("f()", f"c{at}", tuple(outputs(each, sign))) for at in range(20)))
        for sign in "-+"
    )
    found = [cell["diff"][0]["diff"] for cell in cells_diff(base, remote)]
    assert {op["op"] for op in found[0]} == {"patch"}
    assert shape(found[-1]) == REPLACED


def test_one_huge_output_leaves_enough_for_the_sources_after_it() -> None:
    lines = MANY_LINES - 1
    base, remote = (
        notebook(code("f()", "a", (stream(numbered(lines, sign)),)), code(f"x = {sign}1", "b"))
        for sign in "-+"
    )
    assert shape(cells_diff(base, remote)) == [("patch", 0), ("patch", 1)]


def test_a_list_of_too_many_other_strings_is_one_block() -> None:
    base, remote = [numbered(4, sign).split() for sign in "-+"]
    assert shape(strings_diff(["a", *base], ["a", *remote], Work(elements=19))) == REPLACED
    assert shape(strings_diff(["a", *base], ["a", *remote], Work(elements=20)))[0][1] == 1
    assert strings_diff(base, [*base], Work(elements=0)) == []


def test_no_text_is_searched_for_words_that_the_budget_does_not_allow() -> None:
    work = Work(steps=100)
    assert similar_pairs(["word " * 400], ["word " * 400], work) == []
    assert work.steps == 100


def test_the_budget_of_elements_is_never_overdrawn() -> None:
    work = Work(elements=100)
    assert [work.admit(n) for n in (51, 50, 26, 25, 13, 12)] == [
        False,
        True,
        False,
        True,
        False,
        True,
    ]
    assert work.elements == 13


def test_a_text_that_is_not_admitted_has_no_patch() -> None:
    with pytest.raises(CannotPatch):
        text_diff("a\nb\n", "c\nd\n", Work(elements=7))
    assert text_diff("a\nb\n", "c\nd\n", Work(elements=8))


# -- nesting -------------------------------------------------------------------------------


def nested(levels: int, value: Any) -> Any:
    for _ in range(levels):
        value = {"a": value}
    return value


def test_what_can_be_compared_can_be_written_as_json_with_its_difference() -> None:
    # The notebook and its metadata are two levels.
    levels = MAX_COMPARE_DEPTH - 2
    base, remote = (notebook(deep=nested(levels, value)) for value in (1, 2))
    for found in (
        compare(base, remote),
        compare(*(json.dumps(v).encode() for v in (base, remote))),
    ):
        assert json.loads(json.dumps(found.diff)) == found.diff
        assert json.loads(json.dumps(found.base)) == base
        assert same(apply_diff(base, found.diff), remote)


@pytest.mark.parametrize("levels", [MAX_COMPARE_DEPTH - 1, 500, 980, 100_000])
@pytest.mark.parametrize("ends", ["[]", ('{"a":', "}")])
def test_what_is_nested_more_deeply_is_too_large(levels: int, ends: tuple[str, str]) -> None:
    inner = f"{ends[0] * levels}{1 if len(ends[0]) > 1 else ''}{ends[1] * levels}"
    content = f'{{"nbformat":4,"nbformat_minor":5,"metadata":{{"x":{inner}}},"cells":[]}}'.encode()
    with pytest.raises(TooLarge, match="nested too deeply"):
        compare(content, notebook())
    with pytest.raises(TooLarge, match="nested too deeply"):
        compare(notebook(), content)


def test_a_deep_plot_is_data_like_any_other() -> None:
    base, remote = (
        notebook(code("f()", "a", (display(application_json=nested(200, value)),)))
        for value in (1, 2)
    )
    assert same(apply_diff(base, compare(base, remote).diff), remote)
