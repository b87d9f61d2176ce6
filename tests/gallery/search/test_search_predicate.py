"""What is found is what may be opened: search holds to the predicate of the whole gallery."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from search_galleries import Gallery
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from worlds import POLICIES, populate

from bookstore.gallery.catalogue.indexes import CellText, Content
from bookstore.gallery.database.models import Notebook, Tag
from bookstore.gallery.permissions import Actor, clause, standing_of
from bookstore.gallery.search.catalogued import Searched
from bookstore.gallery.search.language import parse
from bookstore.gallery.search.values import Request, Sort


@pytest.fixture(params=range(2))
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def actors(gallery: Gallery, seed: int, monkeypatch: pytest.MonkeyPatch) -> list[Actor]:
    """A random world, in which each notebook has a word, a tag, and a language of its own."""
    few = "bookstore.gallery.search.engines.derived.index"
    monkeypatch.setattr(f"{few}.LEAST_RANKED", 2)  # as if it had very many notebooks
    monkeypatch.setattr(f"{few}.FEW", 4)

    def work(session: Session) -> list[Actor]:
        actors = populate(session, Random(seed))
        for notebook in session.scalars(select(Notebook)):
            notebook.lang = f"lang{notebook.id}"
            session.add(Tag(notebook_id=notebook.id, tag=f"tag{notebook.id}"))
            session.flush()
            text = f"kalman filter {'noise ' * (notebook.id % 5)}"
            content = Content((CellText("code", text),), [])
            Searched(gallery.index).put(session, notebook.id, content)
        return actors

    actors = gallery.database.run_here(work)
    gallery.settle()
    return actors


def test_what_is_found_is_what_may_be_read(gallery: Gallery, actors: list[Actor]) -> None:
    sizes: Counter[int] = Counter()

    def work(session: Session) -> None:
        for at, actor in enumerate(actors):
            policy = POLICIES[at % len(POLICIES)]
            allowed = clause(policy, standing_of(session, actor))
            readable = {*session.scalars(select(Notebook.id).where(allowed))}
            check(gallery, session, allowed, readable)
            sizes[len(readable)] += 1

    gallery.database.run_here(work, read_only=True)
    assert len(sizes) > 4


def check(
    gallery: Gallery, session: Session, allowed: ColumnElement[bool], readable: set[int]
) -> None:
    """Hold whatever search says to what somebody may read."""
    index = gallery.index
    for query, sort in (
        ("kalman filter", Sort.RELEVANCE),
        ("kalman nothing", Sort.RELEVANCE),
        ("-nothing kalman OR *alma*", Sort.TITLE),
        ("", Sort.TREND),
    ):
        found, after = [], None
        while True:
            request = Request(
                tree=parse(query),
                allowed=allowed,
                sort=sort,
                shows_deprecated=True,
                after=after,
                count=5,
            )
            page = index.search(session, request)
            found += [hit.notebook_id for hit in page.hits]
            after = page.after
            if after is None:
                break
        assert sorted(found) == sorted(readable)
    request = Request(tree=parse("kalman"), allowed=allowed, shows_deprecated=True)
    assert index.count(session, request).value == len(readable)
    facets = index.facets(session, request)
    if len(readable) <= 20:
        assert {each.value for each in facets.languages} == {f"lang{each}" for each in readable}
        assert {each.value for each in facets.tags} == {f"tag{each}" for each in readable}
    assert sum(each.count for each in facets.languages) == min(len(readable), 20)
    proposed = index.suggest(session, "tit", allowed, 100)
    assert {number for number, _ in proposed.notebooks} == readable
    assert {*index.suggest(session, "tag", allowed, 100).tags} == {
        f"tag{each}" for each in readable
    }
    for number in session.scalars(select(Notebook.id).limit(6)):
        assert (index.explain(session, request, number) is not None) == (number in readable)
