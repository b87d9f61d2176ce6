"""The orders in which notebooks are shown that are not that of relevance."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, select

from ..database.models import Notebook, NotebookSummary
from ..database.paging import Key
from .conditions import updated
from .values import Sort

NEUTRAL_HEALTH = 0.5
"""What a notebook is taken for that nobody has run."""


def ids() -> Select[Any]:
    """Return the IDs of notebooks, beside their numbers."""
    return select(Notebook.id).outerjoin(
        NotebookSummary, NotebookSummary.notebook_id == Notebook.id
    )


def keys_of(sort: Sort) -> list[Key]:
    """Return what an order goes by; relevance where there are no words is trend."""
    summary = NotebookSummary
    number: dict[Sort, ColumnElement[Any]] = {
        Sort.UPDATED: updated(),
        Sort.CREATED: Notebook.created_at.expression,
        Sort.VIEWS: func.coalesce(summary.views, 0),
        Sort.STARS: func.coalesce(summary.stars, 0),
        Sort.RUNS: func.coalesce(summary.runs, 0),
        Sort.HEALTH: func.coalesce(summary.health, NEUTRAL_HEALTH),
        Sort.TREND: func.coalesce(summary.trendiness, 0.0),
    }
    if sort is Sort.TITLE:
        return [Key(func.lower(Notebook.title, type_=String())), Key(Notebook.id.expression)]
    sort = Sort.TREND if sort is Sort.RELEVANCE else sort
    return [Key(number[sort], descending=True), Key(Notebook.id.expression, descending=True)]
