"""What is asked of search, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import ColumnElement, true

from .language import Node

MOST_COUNTED = 1000
"""Counting ends here: that there are more is all that is said."""


class Sort(Enum):
    """In which order notebooks are shown: the best first, titles from A."""

    RELEVANCE = "relevance"
    UPDATED = "updated"
    CREATED = "created"
    TITLE = "title"
    VIEWS = "views"
    STARS = "stars"
    RUNS = "runs"
    HEALTH = "health"
    TREND = "trend"


class Tier(Enum):
    """How well a notebook matches several words; a better tier comes first, whatever the rank."""

    PHRASE = "phrase"
    """They stand next to each other."""
    ALL = "all"
    MOST = "most"
    """It has all but words that sentences are made with, or all but one: not counted either."""
    SOME = "some"
    """It has not all of them: shown after those that have, and not counted."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody looks for, among what he may see."""

    tree: Node | None = None
    allowed: ColumnElement[bool] = field(default_factory=true)
    """Which rows of ``notebooks`` he may see."""
    sort: Sort = Sort.RELEVANCE
    shows_deprecated: bool = False
    """Whether deprecated ones are among them; a query with ``active:`` says so itself."""
    after: str | None = None
    """Where the page before ended."""
    count: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A notebook that was found."""

    notebook_id: int
    tier: Tier | None = None
    """None where the order is not that of relevance."""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of notebooks."""

    hits: list[Hit]
    after: str | None
    """What to ask for the next page; None at the end."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are."""

    value: int
    is_exact: bool
    """False where there are more."""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the notebooks found have something."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What the notebooks found have, the most frequent first."""

    languages: list[Facet]
    tags: list[Facet]
    owners: list[Facet]
    is_exact: bool
    """False where not all that were found were looked at."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What somebody who types may mean."""

    notebooks: list[tuple[int, str]]
    """IDs and titles."""
    tags: list[str]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a notebook with what was looked for in it."""

    field: str
    """``title``, ``description`` or ``source``."""
    pieces: list[tuple[str, bool]]
    """The text in pieces, each with whether it was looked for: plain text, to be escaped."""
    cell_id: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a notebook is where it is."""

    tier: Tier
    score: float
    """What it is ranked by in its tier."""
    boost: float
    """How much of that is for being liked."""
    fields: dict[str, float]
    """What each field would score alone."""
