"""What is wrong with a query, and where."""

from __future__ import annotations

from ....errors import BookstoreError


class QueryNotUnderstood(BookstoreError):
    """The query cannot be read; the message says why, and at which of its letters."""

    status = 422

    def __init__(self, words: str, position: int, *, hint: str | None = None) -> None:
        super().__init__(f"q, at letter {position + 1}: {words}", hint=hint)
        self.position = position
        """Where in the query, from 0."""
