"""Whatever is said of a notebook: it is kept and read as it was said, or told to be wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import pytest
from catalogues import NOBODY, People, ipynb, put_there, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookstore.errors import BookstoreError, NotFound
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, PublicationRefused
from bookstore.gallery.catalogue.changing import describe, give, relabel, rename, tag
from bookstore.gallery.catalogue.deprecating import Deprecation, deprecate
from bookstore.gallery.catalogue.publication import Publication, Published
from bookstore.gallery.catalogue.publishing import publish
from bookstore.gallery.catalogue.reading import Filters, body, notebook, notebooks
from bookstore.gallery.catalogue.sharing import make_link, revoke_link, share
from bookstore.gallery.catalogue.staging import discard_stage
from bookstore.gallery.catalogue.usage import record
from bookstore.gallery.catalogue.words import (
    MOST_TITLE,
    is_text,
    line_of,
    lost_tags,
    readable,
    tag_problems,
    tags_in,
    title_problems,
)
from bookstore.gallery.database.models import Notebook, Publishing
from bookstore.gallery.permissions import Actor
from bookstore.gallery.permissions.standing import digest_of

T = TypeVar("T")
BIDI = "\N{RIGHT-TO-LEFT OVERRIDE}"
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.sampled_from(
        [
            "",
            " ",
            "\0",
            "\ud800",
            "x" * 300,
            "\N{ZERO WIDTH SPACE}",
            f"safe{BIDI}cod.exe",
            "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}",
            "\N{WATER WAVE}" * MOST_TITLE,
            "e\N{COMBINING ACUTE ACCENT}",
            "'; DROP TABLE notebooks; --",
            "%s%d{0}",
            "../../etc/passwd",
            "group:readers",
            "user:ada",
            "\r\n",
            "\N{LINE SEPARATOR}",
        ]
    ),
)
fuzzed = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def done(deed: Coroutine[Any, Any, T]) -> T | BookstoreError:
    """What became of it, or what was wrong with it; nothing else may be raised."""
    try:
        return asyncio.run(deed)
    except BookstoreError as error:
        refused = error
    assert 400 <= refused.status < 500
    refused.message.encode()
    for problem in getattr(refused, "problems", ()):
        assert problem.field
        assert problem.allowed
        assert len(problem.value) < 200
        problem.value.encode()
    return refused


FLAGS = {name: st.booleans() for name in ("public", "overwrite", "or_request_change")}
TEXTS = dict.fromkeys(
    {each.name for each in fields(Publication)} - {"body", "keep_outputs"} - FLAGS.keys(), ANY_TEXT
)
OTHERS = {
    "tags": ANY_TEXT | st.lists(ANY_TEXT, max_size=5),
    "attributes": st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2),
}
PUBLICATIONS = st.fixed_dictionaries({}, optional={**TEXTS, **FLAGS, **OTHERS})


@fuzzed
@given(words=PUBLICATIONS)
def test_every_field_is_kept_or_told_to_be_wrong(
    catalogue: Catalogue, people: People, words: dict[str, Any]
) -> None:
    known = {"title": "Tides", "description": "When.", "body": ipynb(), **words}
    before = len(rows(catalogue, Notebook))
    result = done(publish(catalogue, people.ada, Publication(**known)))
    if isinstance(result, Published):
        about = done(notebook(catalogue, people.ada, result.uuid))
        assert not isinstance(about, BookstoreError)
        assert about.notebook.title == known["title"].strip()
        assert about.notebook.description == known["description"].strip()
        assert set(about.notebook.tags) == set(tags_in(known.get("tags", ())))
    else:
        assert len(rows(catalogue, Notebook)) == before
        unfinished = rows(catalogue, Publishing, Publishing.finished_at.is_(None))
        assert unfinished == []


@fuzzed
@given(text=ANY_TEXT, number=st.integers(-(2**70), 2**70))
def test_every_change_is_made_or_told_to_be_wrong(
    catalogue: Catalogue, people: People, text: str, number: int
) -> None:
    ada = people.ada
    if not (there := rows(catalogue, Notebook)):
        asyncio.run(put_there(catalogue, ada))
        there = rows(catalogue, Notebook)
    uuid, ends = there[0].uuid, datetime.now(timezone.utc) + timedelta(1)
    if isinstance(kept := done(rename(catalogue, ada, uuid, text)), str):
        assert done(notebook(catalogue, ada, uuid)).notebook.title == kept == text.strip()
    done(describe(catalogue, ada, uuid, text))
    done(tag(catalogue, ada, uuid, text))
    done(give(catalogue, ada, uuid, text if text.startswith("user:") else f"group:{text}"))
    done(relabel(catalogue, ada, uuid, number, label=text, summary=text))
    done(share(catalogue, ada, uuid, viewers=[text], editors=[text]))
    done(deprecate(catalogue, ada, uuid, Deprecation(reason=text, alternatives=(text,))))
    done(revoke_link(catalogue, ada, uuid, number))
    done(record(catalogue, ada, uuid, text, text))
    done(record(catalogue, ada, uuid, "viewed notebook", text))
    done(make_link(catalogue, ada, uuid, expires_at=ends))
    for deed in (rename(catalogue, ada, text, "Title"), discard_stage(catalogue, ada, text)):
        assert isinstance(done(deed), NotFound)
    filters = Filters(tag=text, lang=text, owner=text, gid=text, parent_uuid=text)
    assert done(notebooks(catalogue, ada, filters)).rows == []
    done(notebooks(catalogue, ada, after=text))
    done(notebooks(catalogue, Actor(user_id=ada.user_id, links=(digest_of(text),))))
    assert isinstance(done(body(catalogue, NOBODY, text)), NoSuchNotebook)
    assert isinstance(done(body(catalogue, ada, uuid, revision_id=number)), NoSuchNotebook | bytes)


WEST = timezone(timedelta(hours=-9))


@pytest.mark.parametrize(
    "ends",
    [
        datetime.max.replace(tzinfo=WEST),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=9))),
        datetime.now(timezone.utc),
    ],
)
def test_a_link_ends_within_reach(catalogue: Catalogue, people: People, ends: datetime) -> None:
    there = asyncio.run(put_there(catalogue, people.ada))
    refused = done(make_link(catalogue, people.ada, there.uuid, expires_at=ends))
    assert isinstance(refused, PublicationRefused)


def test_ten_million_letters_in_each_field_are_refused_in_a_few_words(
    catalogue: Catalogue, people: People
) -> None:
    for letter in ("x", "\0", "\N{WATER WAVE}", "\ud800"):
        long = letter * 10_000_000
        words = {"title": long, "description": long, "summary": long, "label": long}
        named = {"owner": f"group:{long}", "parent_uuid": long, "attributes": {long: long}}
        refused = done(
            publish(
                catalogue,
                people.ada,
                Publication(body=ipynb(), tags=[long], **words, **named),
            )
        )
        assert isinstance(refused, PublicationRefused)
        assert len(refused.problems) == 8
        assert len(str(refused)) < 2000


def test_a_title_is_one_line_that_shows() -> None:
    for wrong in ("\N{ZERO WIDTH SPACE}", f"a{BIDI}b", "a\rb", "a\N{LINE SEPARATOR}b"):
        assert [each.field for each in title_problems(wrong)] == ["title"]
    for right in ("\N{WATER WAVE}", "\N{HEBREW LETTER SHIN}", "e\N{COMBINING ACUTE ACCENT}"):
        assert [*title_problems(right)] == []


@given(st.text(st.characters(exclude_categories=())))
def test_a_line_of_any_text_is_one_that_every_database_keeps(text: str) -> None:
    assert is_text(line_of(text))
    assert len(line_of(text)) == len(text)
    assert len(line_of(text).splitlines()) <= 1
    assert is_text(readable(text))


@given(st.lists(ANY_TEXT))
def test_tags_are_told_apart_by_their_letters_only_and_none_is_lost_without_a_word(
    tags: list[str],
) -> None:
    kept = tags_in(tags)
    assert len(kept) == len(set(kept))
    assert kept == tags_in(kept) == tags_in([each.upper() for each in kept])
    told = {each.value for each in lost_tags(tags)}
    for each in tags:
        assert tags_in([each]) or not each.strip() or readable(each) in told


def test_many_tags_are_told_once(catalogue: Catalogue) -> None:
    tags = ["t" * 300 + str(n) for n in range(10_000)]
    assert len([*tag_problems(tags, [], [], is_administrator=False)]) < 60
