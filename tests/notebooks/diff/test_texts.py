"""Differences of texts, by lines and words."""

from __future__ import annotations

import pytest

from bookstore.notebooks.diff import DiffOp
from bookstore.notebooks.diff.limits import Work
from bookstore.notebooks.diff.operations import CannotPatch
from bookstore.notebooks.diff.patching import patched
from bookstore.notebooks.diff.similarity import similar_pairs
from bookstore.notebooks.diff.texts import source_diff, split_lines


def diff(base: str, remote: str) -> list[DiffOp]:
    found = source_diff(base, remote, Work())
    assert patched(base, found) == remote
    return found


def test_lines_end_where_nbdime_s_readers_end_them() -> None:
    assert split_lines("a\nb\r\nc\rd") == ["a\n", "b\r\n", "c\r", "d"]
    assert split_lines("a\x0bb\x0cc\x85d\u2028e\n") == ["a\x0bb\x0cc\x85d\u2028e\n"]
    assert split_lines("") == []


def test_a_line_added_at_the_end_leaves_the_last_one_its_words() -> None:
    assert diff("a = 1", "a = 1\nb = 2") == [
        {"op": "patch", "key": 0, "diff": [{"op": "addrange", "key": 5, "valuelist": "\n"}]},
        {"op": "addrange", "key": 1, "valuelist": ["b = 2"]},
    ]


def test_only_what_changed_in_a_line_is_marked() -> None:
    assert diff("x = first(a)\n", "x = second(a, b)\n") == [
        {
            "op": "patch",
            "key": 0,
            "diff": [
                {"op": "addrange", "key": 4, "valuelist": "second"},
                {"op": "removerange", "key": 4, "length": 5},
                {"op": "addrange", "key": 11, "valuelist": ", b"},
            ],
        }
    ]


def test_words_that_only_spaces_keep_apart_are_one_mark() -> None:
    [op] = diff("the old grey cat sat here\n", "the big black cat sat here\n")
    assert [inner.get("valuelist") for inner in op["diff"]] == ["big black", None]


def test_a_line_that_has_little_in_common_is_replaced() -> None:
    assert diff("import os\n", "plt.show()\n") == [
        {"op": "addrange", "key": 0, "valuelist": ["plt.show()\n"]},
        {"op": "removerange", "key": 0, "length": 1},
    ]


def test_lines_of_other_scripts_are_compared_by_their_letters() -> None:
    [op] = diff("今日は天気がいいです\n", "今日は天気が悪いです\n")
    assert op["op"] == "patch"


def test_lines_with_characters_that_javascript_counts_twice_are_not_marked() -> None:
    assert [op["op"] for op in diff("x = '🎉' # one\n", "x = '🎉' # two\n")] == [
        "addrange",
        "removerange",
    ]


@pytest.mark.parametrize("character", "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
def test_a_text_whose_lines_are_counted_differently_has_no_patch(character: str) -> None:
    with pytest.raises(CannotPatch):
        source_diff(f"a{character}b\nc\n", f"a{character}b\nd\n", Work())


@pytest.mark.parametrize("character", "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
def test_what_comes_after_the_last_change_does_not_matter(character: str) -> None:
    assert diff(f"a = 1\nb{character}", f"a = 2\nb{character}")


def test_a_text_with_very_many_changes_has_one() -> None:
    base = "".join(f"{number}\n" for number in range(5_000))
    remote = "".join(f"{number}{'!' * (number % 2)}\n" for number in range(5_000))
    assert [op["op"] for op in diff(base, remote)] == ["addrange", "removerange"]


def test_texts_are_paired_with_the_most_similar_in_order() -> None:
    left = ["alpha beta gamma", "one two three four", "nothing at all"]
    right = ["zero one two three", "other words", "alpha beta delta", "one two three four five"]
    assert similar_pairs(left, right, Work()) == [(0, 2), (1, 3)]


def test_pairs_of_similar_texts_never_cross() -> None:
    assert len(similar_pairs(["alpha beta", "one two"], ["one two", "alpha beta"], Work())) == 1


def test_a_text_of_no_words_is_similar_to_itself() -> None:
    assert similar_pairs(["---"], ["---\n"], Work()) == [(0, 0)]
    assert similar_pairs(["---"], ["==="], Work()) == []
    assert similar_pairs([""], [""], Work()) == []
