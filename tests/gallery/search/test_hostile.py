"""Whatever somebody asks, there is an answer, or a refusal in words."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from search_galleries import Gallery

from bookstore.errors import BadRequest
from bookstore.gallery.database.models import Notebook
from bookstore.gallery.search.language import QueryNotUnderstood, parse
from bookstore.gallery.search.language.tree import FIELDS
from bookstore.gallery.search.values import Request, Sort

PUBLIC = Notebook.public.is_(True)
PIECES = [
    *("AND", "OR", "NOT", "NEAR", "(", ")", '"', "'", "-", "*", "\\", "^", ":", "::", "%", "_"),
    *("kalman", "filter", "the", "of", "a", "if", "to", "\u6771", "\u6771\u4eac\u90fd", "\uac00"),
    *("\U0001f600", "\U0001f468\u200d\U0001f469", "e\u0301", "\u0301", "\u05e9\u05dc\u05d5\u05dd"),
    *("\u202e", "\u200b", "\ufeff", "\0", "\ud800", "\udfff", "\x1b", "\u2028", "\n", "\t"),
    *("'; DROP TABLE notebooks; --", "<->", "a:*", "!b", "&", "|", "{title}:x", "[a-z]", ".*", "$"),
    *("x" * 300, "\u0130", "\u00df", "\u1e9e", "1e999", "0x0", "NaN", "..", "2026..", "<7d"),
    *(f"{field}:" for field in (*FIELDS, "nothing")),
    *(
        "lang:\0",
        "tag:\ud800",
        'owner:"\0 %"',
        "package:\udfff*",
        "title:*ab*",
        "created:9999-12-31",
    ),
]
QUERIES = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=8).flatmap(
    lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces)])
)
HOSTILE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def some(gallery: Gallery) -> Gallery:
    gallery.people("ada")
    gallery.add("Kalman filter", "kalman_filter(x)", owner="ada", tags=["oceans"])
    gallery.add(
        "\u6771\u4eac\u90fd \U0001f600", "the of a if to", "\u05e9\u05dc\u05d5\u05dd e\u0301"
    )
    gallery.add("\u202e \x1b", "\0 \udfff \x1b", description="\u200b", lang=None)
    return gallery


def ask_everything(gallery: Gallery, query: str) -> None:
    try:
        tree = parse(query)
    except QueryNotUnderstood:
        return
    ids = [*gallery.ids.values()]

    def work(index: Any, session: Any) -> None:
        for sort in (Sort.RELEVANCE, Sort.TITLE):
            index.search(session, Request(tree=tree, allowed=PUBLIC, sort=sort))
        request = Request(tree=tree, allowed=PUBLIC)
        index.count(session, request)
        index.facets(session, request)
        index.snippets(session, tree, ids)
        index.explain(session, request, ids[0])

    gallery.run(work)


@given(QUERIES)
@example("()(((((((((((((((((((((((((((((((")
@example("the of a")
@example("!!! ... ???")
@example("* ** *** *a* ?")
@example("\U0001f600")
@example('"\U0001f600 \u200d"')
@example("\0")
@example("kalman\0filter")
@example("*and<* *>and* *a<b>c*")
@example("\ud800 kal\udfff*")
@example('"' + "a " * 300 + '"')
@example(" OR ".join(["aa*"] * 40))
@example(" ".join(f"-w{number}" for number in range(39)))
@HOSTILE
def test_any_query_has_an_answer_or_is_refused_in_words(some: Gallery, query: str) -> None:
    ask_everything(some, query)


@given(QUERIES)
@example("\0")
@example("\ud800")
@example("%_\\")
@HOSTILE
def test_whatever_somebody_types_is_completed_or_not(some: Gallery, typed: str) -> None:
    some.run(lambda index, session: index.suggest(session, typed, PUBLIC))


@pytest.mark.parametrize(
    "query",
    ["kalman " * 1_500_000, "(" * 10_000_000, '"' * 10_000_000, "-" * 10_000_000, "a*" * 5_000_000],
)
def test_a_query_of_ten_megabytes_is_refused_before_it_is_read(query: str) -> None:
    with pytest.raises(QueryNotUnderstood, match="may have 1000"):
        parse(query)


@pytest.mark.parametrize(
    "query", ["(" * 400 + "a" + ")" * 400, "NOT " * 200 + "a", "-(" * 300 + "a"]
)
def test_what_is_too_deep_is_refused(query: str) -> None:
    with pytest.raises(QueryNotUnderstood, match="deeper than 20"):
        parse(query)


def test_words_that_others_leave_out_are_words(some: Gallery) -> None:
    assert some.titles("the of a") == ["\u6771\u4eac\u90fd \U0001f600"]
    assert some.titles("\u05e9\u05dc\u05d5\u05dd") == ["\u6771\u4eac\u90fd \U0001f600"]
    assert some.titles("\u00e9") == ["\u6771\u4eac\u90fd \U0001f600"]
    assert sorted(some.titles("...")) == sorted(some.ids)


# -- places in lists -------------------------------------------------------------------------------


def place(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@contextmanager
def refused_at_most() -> Iterator[None]:
    with suppress(BadRequest):
        yield


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2026-03-15T12:00:00", "9999-12-31T23:59:59+14:00", "\0", "\ud800", 2**63]),
    lambda each: st.lists(each, max_size=3),
    max_leaves=4,
)


@given(st.lists(VALUES, max_size=4).map(lambda values: place(*values)) | st.text(max_size=30))
@example(place("2026-03-15T12:00:00+01:00", 1))
@example(place(2**63, 1))
@example(place(1, 2**63))
@example(place(0, 1e308, 1))
@example(place(0, float("nan"), 1))
@example(place("\0", 1))
@example(place("\ud800", 1))
@example(place(10**400, 1))
@HOSTILE
def test_any_place_is_one_or_is_refused(some: Gallery, after: str) -> None:
    for sort in Sort:
        with refused_at_most():
            some.search("kalman OR the", sort=sort, after=after)


def test_a_place_of_another_search_is_one_or_is_refused(gallery: Gallery) -> None:
    for number in range(6):
        gallery.add(f"Kalman filter {number}", "noise " * number)
    for query in ("kalman", "kalman filter noise", "-noise", ""):
        for sort in Sort:
            after = gallery.search(query, sort=sort, count=2).after
            for other in ("noise filter", "*alma*", ""):
                for order in Sort:
                    with refused_at_most():
                        gallery.search(other, sort=order, after=after)
