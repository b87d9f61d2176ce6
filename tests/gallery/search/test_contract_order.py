"""Every engine orders, pages, counts, suggests and explains alike, and shows what may be seen."""

from __future__ import annotations

import random
from typing import Any

import pytest
from search_galleries import BY_KEY, NOW, Gallery, days_ago
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from bookstore.errors import BadRequest
from bookstore.gallery.database.models import Notebook, SearchDocument
from bookstore.gallery.search.documents import Document, Popularity
from bookstore.gallery.search.language import parse
from bookstore.gallery.search.values import Facet, Request, Sort, Tier

PUBLIC = Notebook.public.is_(True)


def tiers(gallery: Gallery, query: str, **asked: Any) -> list[tuple[str, str]]:
    names = {number: title for title, number in gallery.ids.items()}
    return [
        (names[hit.notebook_id], hit.tier.value if hit.tier else "")
        for hit in gallery.hits(query, **asked)
    ]


def test_a_word_in_the_title_comes_before_one_in_the_description_and_in_cells(
    gallery: Gallery,
) -> None:
    gallery.add("Cells", "kalman(x)", "other things")
    gallery.add("Words", description="About the kalman")
    gallery.add("The kalman filter", "x = 1")
    assert gallery.titles("kalman") == ["The kalman filter", "Words", "Cells"]


def test_a_word_in_the_title_comes_before_cells_that_are_full_of_it(gallery: Gallery) -> None:
    liked = {"views": 10_000, "stars": 100, "health": 1.0}
    gallery.add("Full of it", *["kalman(gain) " * 40] * 5, description="kalman", numbers=liked)
    gallery.add("The kalman filter, with many more words", "x = 1\n" * 40)
    gallery.add("Something else", "x = 1")
    assert gallery.titles("kalman") == ["The kalman filter, with many more words", "Full of it"]


def test_a_title_that_has_all_words_comes_before_cells_that_have_them(gallery: Gallery) -> None:
    gallery.add("Ozone", "ozone.map(river)", "# soil")
    gallery.add("Soil of each river by its ozone, with many more words", "x = 1")
    found = [("Soil of each river by its ozone, with many more words", "all"), ("Ozone", "all")]
    assert tiers(gallery, "ozone river soil") == found


def test_words_together_come_before_words_apart_and_those_before_some_of_them(
    gallery: Gallery,
) -> None:
    gallery.add("Forest", "random.seed(1)\nx = forest")
    gallery.add("Random", "nothing else here")
    gallery.add("Trees", "a random forest of trees")
    assert tiers(gallery, "random forest") == [
        ("Trees", "phrase"),
        ("Forest", "all"),
        ("Random", "some"),
    ]
    assert gallery.titles("random forest", sort=Sort.TITLE) == ["Forest", "Trees"]
    assert (
        gallery.run(lambda index, session: index.count(session, gallery.ask("random forest"))).value
        == 2
    )


def test_words_that_sentences_are_made_with_and_one_that_is_wrong_come_after_all_words(
    gallery: Gallery,
) -> None:
    gallery.add("Smoothing rivers by splines", "x = 1")
    gallery.add("Rivers", "how to do smoothing of rivers with splines")
    gallery.add("Splines and splines", "spline")
    found = [
        ("Rivers", "all"),
        ("Smoothing rivers by splines", "most"),
        ("Splines and splines", "some"),
    ]
    assert tiers(gallery, "how to do smoothing with splines of rivers") == found
    found = [("Smoothing rivers by splines", "most"), ("Rivers", "most")]
    assert tiers(gallery, "smoothing rivers quarterly splines")[:2] == found
    assert tiers(gallery, "the rivers -splines") == []
    assert tiers(gallery, "if not of") == []


def test_what_is_excluded_is_in_no_tier(gallery: Gallery) -> None:
    gallery.add("Trees", "a random forest of trees")
    gallery.add("Forest", "random forest")
    gallery.add("Random", "random", lang="julia")
    assert tiers(gallery, "random forest -trees -lang:julia") == [("Forest", "phrase")]


def test_what_is_liked_comes_before_what_is_not(gallery: Gallery) -> None:
    for name in ("One", "Two", "Three"):
        liked = {"views": 5000, "stars": 80, "health": 0.9} if name == "Two" else {}
        gallery.add(f"{name} kalman filter", "x = 1", numbers=liked)
    assert gallery.titles("kalman")[0] == "Two kalman filter"


def test_what_comes_to_be_liked_goes_up(gallery: Gallery) -> None:
    gallery.add("A kalman filter", "x = 1")
    gallery.add("B kalman filter", "x = 1")
    assert gallery.titles("kalman") == ["A kalman filter", "B kalman filter"]
    liked = {gallery.ids["B kalman filter"]: Popularity(900, 90), 10**6: Popularity(1)}
    gallery.database.run_here(lambda session: gallery.index.liked(session, liked))
    gallery.settle()
    assert gallery.titles("kalman") == ["B kalman filter", "A kalman filter"]


@pytest.fixture
def many(gallery: Gallery) -> Gallery:
    """Thirty notebooks, of which every third is private."""

    def work(session: Session) -> None:
        chance = random.Random(7)
        for number in range(30):
            add_one(gallery, session, number, chance)

    gallery.database.run_here(work)
    gallery.settle()
    return gallery


def add_one(gallery: Gallery, session: Session, number: int, chance: random.Random) -> None:
    words = " ".join(chance.choices(["kalman", "filter", "noise", "gain", "plot"], k=5))
    numbers = {
        "views": chance.randrange(5),
        "stars": chance.randrange(3),
        "runs": chance.randrange(3),
        "health": chance.choice([None, 0.1, 0.9]),
        "trendiness": chance.choice([None, 0.25, 0.75]),
    }
    gallery.add_in(
        session,
        f"Notebook {chance.random():.9f}",
        words,
        "kalman",
        public=number % 3 > 0,
        created_at=days_ago(number % 7),
        updated_at=days_ago(number % 5),
        content_updated_at=days_ago(number % 5) if number % 2 else None,
        numbers=numbers if number % 4 else {},
    )


@pytest.mark.parametrize("sort", Sort)
def test_pages_show_everything_that_may_be_seen_once_in_one_order(
    many: Gallery, sort: Sort
) -> None:
    for query in ("kalman", "filter noise", "kalman -gain", "", "kalm* OR plot"):
        check_pages(many, query, sort)


def check_pages(many: Gallery, query: str, sort: Sort) -> None:
    whole = many.hits(query, sort=sort, count=100, allowed=PUBLIC)
    assert many.hits(query, sort=sort, count=3, allowed=PUBLIC) == whole
    found = [hit.notebook_id for hit in whole]
    assert len({*found}) == len(found) > 5
    rows = many.database.run_here(
        lambda session: session.scalars(select(Notebook.id).where(PUBLIC)).all()
    )
    assert {*found} <= {*rows}
    everything = {hit.notebook_id for hit in many.hits(query, sort=sort, count=100)}
    assert {*found} == everything & {*rows}


@pytest.mark.parametrize("sort", BY_KEY)
def test_an_order_is_by_what_it_says(many: Gallery, sort: Sort) -> None:
    def value(row: Notebook) -> Any:
        numbers = row.summary
        return {
            Sort.UPDATED: row.content_updated_at or row.updated_at,
            Sort.CREATED: row.created_at,
            Sort.TITLE: row.title.lower(),
            Sort.VIEWS: numbers.views if numbers else 0,
            Sort.STARS: numbers.stars if numbers else 0,
            Sort.RUNS: numbers.runs if numbers else 0,
            Sort.HEALTH: 0.5 if not numbers or numbers.health is None else numbers.health,
            Sort.TREND: (numbers.trendiness if numbers else 0) or 0,
        }[sort]

    def read(session: Session) -> list[Any]:
        rows = {row.id: row for row in session.scalars(select(Notebook))}
        return [value(rows[hit.notebook_id]) for hit in hits]

    hits = many.hits("kalman", sort=sort, count=4)
    values = many.database.run_here(read)
    assert values == sorted(values, reverse=sort is not Sort.TITLE)
    assert len(values) == 30


def test_what_comes_in_between_two_pages_moves_nothing(gallery: Gallery) -> None:
    for number in range(12):
        gallery.add(f"Notebook {number:02}", f"kalman {'noise ' * number}")
    before = [hit.notebook_id for hit in gallery.hits("kalman")]
    page = gallery.search("kalman", count=5)
    for number in range(9):
        gallery.add(f"kalman, new {number}", "kalman " * 50)
    rest = [hit.notebook_id for hit in gallery.hits("kalman", after=page.after)]
    assert [each for each in rest if each in before] == before[5:]


@pytest.mark.parametrize("sort", BY_KEY)
def test_whatever_is_written_between_pages_all_that_was_there_is_shown_once(
    many: Gallery, sort: Sort
) -> None:
    there = {hit.notebook_id for hit in many.hits("kalman", sort=sort)}
    shown: list[int] = []
    gone: set[int] = set()
    after = None
    while True:
        page = many.search("kalman", sort=sort, after=after, count=7)
        shown += [hit.notebook_id for hit in page.hits]
        after = page.after
        if after is None:
            break
        gone |= {shown[0], shown[-1]}
        write_something(many, {shown[0], shown[-1]})
    assert len(shown) == len({*shown})
    assert there - gone <= {*shown}


def write_something(many: Gallery, unwanted: set[int]) -> None:
    """Add notebooks that come first, and last, and in between, and then delete some."""
    for days, views in ((0, 0), (3, 2), (900, 10**6)):
        title = f"Notebook {len(many.ids) / 7:.9f}"
        many.add(title, "kalman", created_at=days_ago(days), numbers={"views": views})
    many.database.run_here(
        lambda session: session.execute(delete(Notebook).where(Notebook.id.in_(unwanted)))
    )
    many.settle()


def test_where_the_row_before_is_gone_the_next_page_goes_on(gallery: Gallery) -> None:
    for number in range(6):
        gallery.add(f"Notebook {number}", f"kalman {'noise ' * number}")
    before = [hit.notebook_id for hit in gallery.hits("kalman")]
    page = gallery.search("kalman", count=3)
    gallery.database.run_here(
        lambda session: session.execute(delete(Notebook).where(Notebook.id == before[2]))
    )
    gallery.settle()
    rest = [hit.notebook_id for hit in gallery.search("kalman", after=page.after).hits]
    assert rest == before[3:]


@pytest.mark.parametrize("after", ["x", "W10", "WzksMSwxXQ", "!!!", "WzAsIngiLDFd", "\u00e9"])
@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.VIEWS])
def test_a_place_that_no_page_gave_is_refused(gallery: Gallery, after: str, sort: Sort) -> None:
    with pytest.raises(BadRequest, match="after is"):
        gallery.search("kalman", after=after, sort=sort)
    for count in (0, 1000):
        with pytest.raises(BadRequest, match="count is"):
            gallery.search("kalman", count=count, sort=sort)


def test_deprecated_notebooks_are_shown_to_those_who_ask(gallery: Gallery) -> None:
    gallery.add("Old", "kalman", deprecated=True)
    gallery.add("New", "kalman", deprecated=None)
    assert gallery.titles("kalman") == ["New"]
    assert gallery.titles("kalman active:no") == ["Old"]
    assert gallery.titles("kalman -active:yes") == ["Old"]
    assert gallery.titles("kalman active:yes") == ["New"]
    assert sorted(gallery.titles("kalman", shows_deprecated=True)) == ["New", "Old"]


def test_times_are_those_of_the_notebook(gallery: Gallery) -> None:
    gallery.add("Old", created_at=days_ago(400), updated_at=days_ago(300))
    gallery.add("New", created_at=days_ago(3), content_updated_at=days_ago(1))
    assert gallery.titles("created:7d") == ["New"]
    assert gallery.titles("-created:7d") == ["Old"]
    assert gallery.titles("created:<2025-12") == ["Old"]
    assert gallery.titles("updated:>=2026-03-14") == ["New"]
    assert gallery.titles(f"updated:{NOW:%Y}") == ["New"]


def test_a_notebook_is_found_by_what_it_says_now_and_by_nothing_else(gallery: Gallery) -> None:
    number = gallery.add("Kalman filter", "gain = 1", packages=["numpy"])
    gallery.database.run_here(
        lambda session: gallery.index.put(
            session, Document(notebook_id=number, title="Particles", packages=["pandas"])
        )
    )
    gallery.settle()
    assert gallery.titles("kalman OR gain OR package:numpy OR *alma*") == []
    assert gallery.titles("particle package:pandas *article*") == ["Kalman filter"]
    gallery.database.run_here(lambda session: gallery.index.remove(session, number))
    gallery.settle()
    assert gallery.titles("particle OR package:pandas") == []


def test_a_notebook_that_anybody_deletes_is_not_found(gallery: Gallery) -> None:
    """nbgallery deletes beside us, and knows nothing of documents."""
    number = gallery.add("Kalman filter", "gain = 1", packages=["numpy"])
    gallery.database.run_here(
        lambda session: session.execute(text(f"DELETE FROM notebooks WHERE id = {number}"))
    )
    gallery.settle()
    assert gallery.titles("kalman") == []
    left = gallery.run(lambda _, session: session.scalars(select(SearchDocument)).all())
    assert left == []
    gallery.add("Another kalman filter")
    assert gallery.titles("kalman") == ["Another kalman filter"]


def test_notebooks_without_words_and_those_with_words_by_older_rules_are_told(
    gallery: Gallery,
) -> None:
    def work(session: Session) -> None:
        session.add(Notebook(uuid="u", title="By nbgallery", description="", public=True))
        row = session.get_one(SearchDocument, old)
        row.version = 0

    old = gallery.add("Old kalman")
    gallery.add("New kalman")
    gallery.database.run_here(work)
    gallery.settle()
    stale = gallery.run(lambda index, session: index.stale(session, 10))
    assert len(stale) == 2
    assert old in stale
    assert gallery.run(lambda index, session: index.stale(session, 1)) == stale[:1]
    assert sorted(gallery.titles("kalman")) == ["New kalman", "Old kalman"]


def test_facets_are_of_what_matches_and_may_be_seen(gallery: Gallery) -> None:
    gallery.people("ada", "bob")
    gallery.add("One", "kalman", lang="python", owner="ada", tags=["a", "b"])
    gallery.add("Two", "kalman", lang="python", owner="bob", tags=["a"])
    gallery.add("Three", "kalman", lang="R", group="Radar", tags=["c"])
    gallery.add("Hidden", "kalman", lang="julia", owner="bob", tags=["d"], public=False)
    gallery.add("Else", "plot", lang="scala", owner="bob", tags=["e"])
    facets = gallery.run(
        lambda index, session: index.facets(session, gallery.ask("kalman", PUBLIC))
    )
    assert facets.languages == [Facet("python", 2), Facet("R", 1)]
    assert facets.tags == [Facet("a", 2), Facet("b", 1), Facet("c", 1)]
    assert facets.owners == [Facet("Radar", 1), Facet("ada", 1), Facet("bob", 1)]
    assert facets.is_exact


def test_who_types_is_told_titles_and_tags_that_he_may_see(gallery: Gallery) -> None:
    gallery.add("Visualization of noise", tags=["kalman"])
    gallery.add("Kalman filter", tags=["kalman", "visual"])
    gallery.add("Kalman smoother", tags=["visuals"], public=False)
    gallery.add("Old kalman", tags=["kalmans"], deprecated=True)

    def titles(typed: str) -> tuple[list[str], list[str]]:
        found = gallery.run(lambda index, session: index.suggest(session, typed, PUBLIC))
        return [title for _, title in found.notebooks], found.tags

    assert titles("kal") == (["Kalman filter"], ["kalman"])
    assert titles("visualiza") == (["Visualization of noise"], [])
    assert titles("noise visu") == (["Visualization of noise"], [])
    assert titles("Visu") == (["Visualization of noise"], ["visual"])
    assert titles('kalman filt"er (') == ([], [])
    assert titles("k") == ([], ["kalman"])
    assert titles("kalman ") == (["Kalman filter"], ["kalman"])
    assert titles(" %") == ([], [])


def test_a_snippet_is_of_one_cell(gallery: Gallery) -> None:
    """Nothing of the cells beside it, though words that were looked for are near in them."""
    cells = ("first_cell = 1\nkalman = 2", "second_cell = kalman_filter", "third_cell = gain")
    number = gallery.add("A", *cells)
    for query, cell, words in (
        ("kalman filter", "cell-1", cells[1]),
        ("first kalman", "cell-0", cells[0]),
        ("second gain kalman", "cell-1", cells[1]),
        ("gain", "cell-2", cells[2]),
    ):
        found = gallery.run(
            lambda index, session, query=query: index.snippets(session, parse(query), [number])
        )
        [snippet] = [each for each in found[number] if each.field == "source"]
        assert snippet.cell_id == cell
        assert "".join(text for text, _ in snippet.pieces) == words


def test_snippets_show_where_it_is_with_the_cell(gallery: Gallery) -> None:
    number = gallery.add(
        "Forecasting",
        "import pandas",
        "x = 1\n" * 100 + "frame = readCsv(file)  # forecasts",
        description="A <b>forecast</b> of sales",
    )
    other = gallery.add("Another", "y = 2")

    def snippets(query: str) -> Any:
        return gallery.run(
            lambda index, session: index.snippets(session, parse(query), [number, other, 10**6])
        )

    def marked(pieces: list[tuple[str, bool]]) -> list[str]:
        return [piece for piece, is_marked in pieces if is_marked]

    found = snippets("forecasting csv -sales")
    assert {*found} == {number, other}
    title, description, source = found[number]
    assert (title.field, title.pieces) == ("title", [("Forecasting", True)])
    assert description.pieces == [("A <b>", False), ("forecast", True), ("</b> of sales", False)]
    assert (source.field, source.cell_id) == ("source", "cell-1")
    assert marked(source.pieces) == ["readCsv", "forecasts"]
    assert len("".join(piece for piece, _ in source.pieces)) < 400
    assert [each.field for each in found[other]] == ["title"]
    assert marked(snippets("pand*")[number][1].pieces) == ["pandas"]
    assert snippets("pandas")[number][1].cell_id == "cell-0"
    assert marked(snippets("*eadC*")[number][1].pieces) == ["readCsv"]
    assert [each.field for each in snippets("title:csv")[number]] == ["title"]
    assert [each.field for each in snippets("lang:python")[number]] == ["title"]


def test_an_explanation_says_the_tier_and_what_each_field_is_worth(gallery: Gallery) -> None:
    number = gallery.add("Kalman filter", "kalman_filter(gain)", numbers={"stars": 50})
    other = gallery.add("Filter", "noise", public=False)
    request = Request(tree=parse("kalman filter"), allowed=PUBLIC)

    def explain(each: int) -> Any:
        return gallery.run(lambda index, session: index.explain(session, request, each))

    explanation = explain(number)
    assert explanation.tier is Tier.PHRASE
    assert explanation.score > 0
    assert explanation.boost > 1
    assert explanation.fields["title"] > explanation.fields["source"] > 0
    assert explain(other) is None


def test_what_is_put_is_taken_back_with_the_transaction(gallery: Gallery) -> None:
    def work(session: Session) -> None:
        gallery.add_in(session, "Kalman filter", "gain")
        raise KeyError("changed my mind")

    with pytest.raises(KeyError):
        gallery.database.run_here(work)
    gallery.settle()
    assert gallery.hits("kalman") == []
