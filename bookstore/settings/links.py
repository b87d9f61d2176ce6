"""The settings that say whether links are made that give notebooks to whoever has them.

Knows: trait names.  Must not know: stores.
"""

from __future__ import annotations

from traitlets import Bool, Float
from traitlets.config import LoggingConfigurable

LEAST_HOURS = 0.1
MOST_HOURS = 7 * 24
"""S3 signs for no longer."""


class LinkSettings(LoggingConfigurable):
    """Part of :class:`~bookstore.bookstore_config.BookstoreSettings`."""

    links_most_hours = Float(
        0.0,
        help="""Longest life, in hours, of a link that gives a notebook to whoever has it, with no
        sign-in: a presigned URL of S3, or a temporary URL of Swift; 168 at most. 0: none are
        made.""",
    ).tag(config=True)

    links_public = Bool(
        False,
        help="""Let users make a version of a notebook readable by everybody, with a link that does
        not end by itself.""",
    ).tag(config=True)


def hours_problem(value: float) -> str:
    """Return what is wrong with a longest life, "" where nothing is."""
    if value == 0 or LEAST_HOURS <= value <= MOST_HOURS:
        return ""
    return f"must be 0, or a number of hours from {LEAST_HOURS} to {MOST_HOURS}"
