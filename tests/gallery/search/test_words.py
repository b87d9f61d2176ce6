"""Words that engines do not see by themselves are given to them, and looked for alike."""

from __future__ import annotations

import pytest

from bookstore.gallery.search.words import completions_of, extra_words, forms_of, plain, words_of


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("readCsv_file", "read csv"),
        ("HTTPServer", "http server"),
        ("utf8", "utf 8"),
        ("read_csv", ""),
        ("plain words", ""),
        ("Plain Words", ""),
        ("\u6771\u4eac\u90fd", "\u6771\u4eac \u4eac\u90fd"),
        ("Z\u00fcrich", "zurich"),
        ("gr\u00f6\u00dfeBerechnen", "gr\u00f6\u00dfe berechnen gro\u00dfeberechnen"),
    ],
)
def test_a_text_has_words_beyond_those_between_spaces(text: str, extra: str) -> None:
    assert " ".join(extra_words(text)) == extra


def test_no_word_is_nothing_but_marks() -> None:
    assert words_of("\u0301 e\u0301 \u0ec8") == ["e\u0301"]
    assert plain("\u0301") == "\u0301"
    assert plain("\u2474\u037a") == "1"


def test_a_word_is_looked_for_as_it_is_and_in_its_parts() -> None:
    assert forms_of("readCsv_file") == [("readcsv", "file"), ("read", "csv", "file")]
    assert forms_of("read_csv") == [("read", "csv")]
    assert forms_of("\u6771\u4eac\u90fd") == [("\u6771\u4eac", "\u4eac\u90fd")]


def test_marks_of_scripts_stay_with_their_letters() -> None:
    assert words_of("\u0939\u093f\u0928\u094d\u0926\u0940 a_b") == [
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "a",
        "b",
    ]


def test_a_beginning_that_ends_within_an_ending_is_completed() -> None:
    assert "visualization" in completions_of("visualizat")
    assert "forecasting" in completions_of("forecasti")
    assert completions_of("pandas_") == []
