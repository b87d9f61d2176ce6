"""What holds of every difference, whatever the notebooks hold."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notebooks import json_values, notebooks, pairs, texts

from bookstore.notebooks.diff import (
    DiffOp,
    apply_diff,
    diff_notebooks,
    joined,
    render_text,
    summarise,
)
from bookstore.notebooks.diff.limits import Work
from bookstore.notebooks.diff.operations import CannotPatch, same
from bookstore.notebooks.diff.patching import patched
from bookstore.notebooks.diff.texts import source_diff, split_lines

SLOW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@SLOW
@given(pairs())
def test_the_difference_applied_to_the_base_is_the_remote(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    base, remote = pair
    kept = copy.deepcopy(pair)
    diff = diff_notebooks(base, remote)
    assert same(apply_diff(base, diff), remote)
    assert same([*kept], [base, remote]), "neither notebook is changed"


@SLOW
@given(notebooks())
def test_a_notebook_does_not_differ_from_itself(notebook: dict[str, Any]) -> None:
    assert diff_notebooks(notebook, copy.deepcopy(notebook)) == []


@SLOW
@given(pairs())
def test_the_operations_are_in_the_order_that_readers_rely_on(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    for ops in lists_of_operations(diff_notebooks(*pair)):
        assert ops, "a patch changes something"
        keys = [op["key"] for op in ops]
        if isinstance(keys[0], str):
            assert keys == sorted(set(keys))
            continue
        places = [(op["key"], op["op"] != "addrange") for op in ops]
        assert places == sorted(set(places)), "an addrange first, then one of the others"
        ends = [op["key"] + op.get("length", op["op"] == "patch") for op in ops]
        assert all(end <= start for end, start in zip(ends, keys[1:], strict=False))


@SLOW
@given(pairs())
def test_every_difference_can_be_rendered_and_summarised(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    diff = diff_notebooks(*pair)
    text = render_text(pair[0], diff, colour=False, width=80)
    assert bool(text) == bool(diff)
    assert "\x1b" not in text
    assert any(summarise(diff).to_json().values()) == bool(diff)


@given(texts(), texts())
def test_a_patch_of_a_text_gives_the_other_text(base: str, remote: str) -> None:
    try:
        diff = source_diff(base, remote, Work())
    except CannotPatch:
        assert set(base) & set("\x0b\x0c\x1c\x85\u2028\u2029")
    else:
        assert patched(base, diff) == remote


@given(texts(), texts(), st.integers(0, 200))
def test_a_patch_is_right_however_little_work_is_left(base: str, remote: str, steps: int) -> None:
    base, remote = base.replace("\x0b", " "), remote.replace("\x0b", " ")
    try:
        diff = source_diff(base, remote, Work(steps))
    except CannotPatch:
        return
    assert patched(base, diff) == remote


@given(texts())
def test_the_lines_of_a_text_are_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@given(json_values(), json_values())
def test_values_are_the_same_when_their_json_is(a: Any, b: Any) -> None:
    assert same(a, b) == (canonical(a) == canonical(b))
    assert same(a, copy.deepcopy(a))


@given(pairs())
def test_joining_lines_twice_is_joining_them_once(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    assert same(joined(pair[0]), joined(joined(pair[0])))


def lists_of_operations(diff: list[DiffOp]) -> Iterator[list[DiffOp]]:
    """Yield the lists of operations at every level."""
    if diff:
        yield diff
    for op in diff:
        if op["op"] == "patch":
            assert op["diff"]
            yield from lists_of_operations(op["diff"])


def canonical(value: Any) -> Any:
    """A form that tells 1, 1.0 and True apart."""
    if isinstance(value, dict):
        return {key: canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [*map(canonical, value)]
    return type(value).__name__, repr(value)
