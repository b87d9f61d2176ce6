"""A query is read into a tree, or refused in words that name the place."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookstore.gallery.search.language import (
    And,
    Flag,
    Label,
    Match,
    Node,
    Not,
    Or,
    QueryNotUnderstood,
    Text,
    When,
    bounds,
    parse,
    show,
)
from bookstore.gallery.search.language.parsing import MOST_LEAVES, MOST_LETTERS
from bookstore.gallery.search.plan import plan_of

NOW = datetime.fromisoformat("2026-03-15T12:00")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", None),
        ("  + = ", None),
        ("()", None),
        ("kalman", Text("kalman")),
        ("kalman filter", And((Text("kalman"), Text("filter")))),
        ("kalman AND filter", And((Text("kalman"), Text("filter")))),
        ("and or not", And((Text("and"), Text("or"), Text("not")))),
        ('"kalman  filter"', Text("kalman filter")),
        ("\u201ckalman filter\u201d", Text("kalman filter")),
        (r'"say \"yes\""', Text('say "yes"')),
        ("a OR b c", Or((Text("a"), And((Text("b"), Text("c")))))),
        ("(a OR b) c", And((Or((Text("a"), Text("b"))), Text("c")))),
        ("a + b", And((Text("a"), Text("b")))),
        ("-a", Not(Text("a"))),
        ("NOT a", Not(Text("a"))),
        ("NOT NOT a", Text("a")),
        ("-(a b)", Not(And((Text("a"), Text("b"))))),
        ('-"a b"', Not(Text("a b"))),
        ("a - b", And((Text("a"), Text("b")))),
        ("scikit-learn", Text("scikit-learn")),
        ("read_csv", Text("read_csv")),
        ("std::vector", Text("std::vector")),
        ("https://host/path", Text("https://host/path")),
        ("pand*", Text("pand", Match.BEGIN)),
        ("*frame*", Text("frame", Match.PART)),
        ("*frame", Text("frame", Match.PART)),
        ("title:kalman", Text("kalman", field="title")),
        ('description:"a filter"', Text("a filter", field="description")),
        ("title:kal*", Text("kal", Match.BEGIN, "title")),
        ("lang:R", Label("lang", "R")),
        ("language:R", Label("lang", "R")),
        ("tag:ml", Label("tag", "ml")),
        ("tags:ml", Label("tag", "ml")),
        ('owner:"Ada Lovelace"', Label("owner", "Ada Lovelace")),
        ("OWNER:ada", Label("owner", "ada")),
        ("package:numpy", Label("package", "numpy")),
        ("tag:c++", Label("tag", "c++")),
        ("-tag:ml", Not(Label("tag", "ml"))),
        ("NOT package:numpy", Not(Label("package", "numpy"))),
        ("-title:x", Not(Text("x", field="title"))),
        ("active:no", Flag("active", is_set=False)),
        ("-updated:7d", Not(When("updated", "7d"))),
        ("created:>2026-01", When("created", ">2026-01")),
    ],
)
def test_a_query_means(query: str, tree: Node | None) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "position", "words"),
    [
        ('say "yes', 4, "does not end"),
        ("(a", 0, "does not end"),
        ("a)", 1, "no parenthesis is open"),
        ("a OR", 2, "nothing after OR"),
        ("OR a", 0, "nothing before OR"),
        ("a AND OR b", 2, "nothing after AND"),
        ("a NOT", 2, "nothing after NOT"),
        ("-()", 0, "nothing after -"),
        ("a autor:ada", 2, "no field is called autor. There are: title, "),
        ("tag: ml", 0, "has no value"),
        ('tag:""', 4, "has no value"),
        ("title:++", 6, "has no letters"),
        ('"++"', 0, "has no letters"),
        ("active:perhaps", 7, "yes or no"),
        ("created:soon", 8, "has to be a day"),
        ("created:2026-13", 8, "has to be a day"),
        ("created:2026-02..2026-01", 8, "has to be a day"),
        ("a*", 0, "at least 2 letters"),
        ("*ab*", 0, "at least 3 letters"),
        ("a " * (MOST_LEAVES + 1), 2 * MOST_LEAVES, f"more than {MOST_LEAVES}"),
        ("(" * 100 + "a" + ")" * 100, 20, "deeper than"),
        ("-" * 0 + "NOT " * 100 + "a", 80, "deeper than"),
        ("a" * (MOST_LETTERS + 1), MOST_LETTERS, f"may have {MOST_LETTERS}"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(query: str, position: int, words: str) -> None:
    with pytest.raises(QueryNotUnderstood) as caught:
        parse(query)
    assert caught.value.position == position
    assert words in caught.value.message
    assert caught.value.status == 422


PIECES = r'a b* *csv* " "x\ y" ( ) - AND OR NOT : tag: x: title: created: 2026-01 .. > 7d \ _ *'
MORE = "\u201c \u6771\u4eac active: yes package: ~"
SYNTAX = st.lists(st.sampled_from(f"{PIECES} {MORE}".split(" ")), max_size=20)


@given(st.text(max_size=60) | SYNTAX.map("".join) | SYNTAX.map(" ".join))
@example("tag:\x1fx")
def test_any_text_is_read_or_refused_in_words_and_what_is_shown_is_read_the_same(text: str) -> None:
    tree = position = None
    try:
        tree = parse(text)
    except QueryNotUnderstood as refused:
        position = refused.position
    assert position is None or 0 <= position <= len(text)
    assert parse(show(tree)) == tree
    plan_of(tree)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-03-01", "2026-03-01", "2026-03-02"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        (">2025", "2026-01-01", None),
        (">=2025", "2025-01-01", None),
        ("<2025-06-05", None, "2025-06-05"),
        ("<=2025-06-05", None, "2025-06-06"),
        ("2025..2026-02", "2025-01-01", "2026-03-01"),
        ("..2025", None, "2026-01-01"),
        ("2025..", "2025-01-01", None),
        ("today", "2026-03-15", "2026-03-16"),
        ("yesterday", "2026-03-14", "2026-03-15"),
        ("7d", "2026-03-08T12:00", None),
        ("2w", "2026-03-01T12:00", None),
        ("<7d", None, "2026-03-08T12:00"),
        ("7d..yesterday", "2026-03-08T12:00", "2026-03-15"),
    ],
)
def test_a_time_is_from_when_to_when(text: str, begin: str | None, end: str | None) -> None:
    ends = [each and datetime.fromisoformat(each) for each in (begin, end)]
    assert [*bounds(text, NOW)] == ends
