"""Differences of the outputs of one cell."""

from __future__ import annotations

from typing import Any

import pytest
from notebooks import display, error, stream

from bookstore.notebooks.diff import DiffOp
from bookstore.notebooks.diff.limits import Work
from bookstore.notebooks.diff.operations import CannotPatch, same
from bookstore.notebooks.diff.outputs import outputs_diff
from bookstore.notebooks.diff.patching import patched

ONE = display(image_png="one", text_plain="<Figure>")
TWO = display(image_png="two", text_plain="<Figure>")
THREE = display(image_png="three", text_plain="<Figure>")


def diff(base: list[Any], remote: list[Any]) -> list[DiffOp]:
    found = outputs_diff(base, remote, Work())
    assert same(patched(base, found), remote)
    return found


def shape(ops: list[DiffOp]) -> list[tuple[str, int]]:
    return [(op["op"], op["key"]) for op in ops]


def test_outputs_that_show_the_same_are_paired_first() -> None:
    assert shape(diff([ONE, TWO, THREE], [TWO, THREE])) == [("removerange", 0)]


def test_a_result_s_new_number_is_all_that_changes() -> None:
    base, remote = [display(3, text_plain="42")], [display(9, text_plain="42")]
    [op] = diff(base, remote)
    assert op["diff"] == [{"op": "replace", "key": "execution_count", "value": 9}]


def test_what_changed_is_paired_by_kind_and_name() -> None:
    base = [stream("a\n"), stream("warning\n", "stderr"), ONE]
    remote = [stream("note\n", "stderr"), TWO]
    assert shape(diff(base, remote)) == [("removerange", 0), ("patch", 1), ("patch", 2)]


def test_an_output_with_other_mime_types_is_another_output() -> None:
    remote = [display(text_html="<b>1</b>", text_plain="1")]
    assert shape(diff([display(text_plain="1")], remote)) == [("addrange", 0), ("removerange", 0)]


def test_an_error_is_patched_by_the_lines_of_its_traceback() -> None:
    [op] = diff([error("at 1", "in f", "no")], [error("at 2", "in f", "no")])
    [traceback] = op["diff"]
    assert (traceback["key"], shape(traceback["diff"])) == (
        "traceback",
        [("addrange", 0), ("removerange", 0)],
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("text", {"a": 1}), ([1], [2]), (1, 2), (1, True), ({}, []), ("a\x0cb\n1", "a\x0cb\n2")],
)
def test_data_that_has_no_patch_replaces_the_whole_output(before: Any, after: Any) -> None:
    """nbdime's widget cannot show the source of data that is replaced within an output."""
    base, remote = [display(application_json=value) for value in (before, after)]
    assert shape(diff([base], [remote])) == [("addrange", 0), ("removerange", 0)]


def test_json_data_is_patched_within() -> None:
    base, remote = [display(application_json={"a": {"b": n}, "c": n}) for n in (1, 2)]
    [op] = diff([base], [remote])
    assert [inner["key"] for inner in op["diff"][0]["diff"][0]["diff"]] == ["a", "c"]


@pytest.mark.parametrize(
    ("before", "after"), [(1, True), (1, 1.0), (0, False), (0.0, -0.0), (None, False), ("1", 1)]
)
def test_values_that_python_takes_for_equal_are_different_json(before: Any, after: Any) -> None:
    base, remote = [{**ONE, "metadata": {"value": value}} for value in (before, after)]
    assert diff([base], [remote])


def test_not_a_number_does_not_differ_from_itself() -> None:
    assert (
        diff([{**ONE, "metadata": {"v": float("nan")}}], [{**ONE, "metadata": {"v": float("nan")}}])
        == []
    )


def test_outputs_that_are_no_list_have_no_patch() -> None:
    with pytest.raises(CannotPatch):
        outputs_diff([], {}, Work())


def test_outputs_that_are_malformed_are_replaced_whole() -> None:
    assert shape(diff(["what", 1], ["what", 2])) == [("addrange", 1), ("removerange", 1)]
