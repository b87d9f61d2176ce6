"""Where a page by relevance ended."""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass

from ...errors import BadRequest
from ...words import shown
from ..database.paging import MOST


@dataclass(frozen=True, slots=True)
class Place:
    """The last notebook of a page."""

    tier: int
    score: float
    notebook_id: int


def written(place: Place) -> str:
    """Return a place as text that belongs into a URL."""
    text = json.dumps([place.tier, place.score, place.notebook_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(after: str | None, tiers: int) -> Place | None:
    """Return the place of a text.

    Raises :class:`~bookstore.errors.BadRequest` where no page can have given it.
    """
    if after is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        tier, score, notebook_id = values
        if not (type(tier) is int and type(notebook_id) is int and type(score) in (int, float)):
            raise TypeError
        score = float(score)
        if not (0 <= tier < tiers and math.isfinite(score) and 0 <= notebook_id < 2**63):
            raise ValueError
    except (binascii.Error, ValueError, TypeError, OverflowError):
        raise BadRequest(
            f"after is {shown(after)}, which no page of this search has given."
        ) from None
    return Place(tier, score, notebook_id)


def check_count(count: int) -> None:
    """Raise where a page cannot have so many rows."""
    if not 1 <= count <= MOST:
        raise BadRequest(f"count is {count}, and has to be between 1 and {MOST}.")
