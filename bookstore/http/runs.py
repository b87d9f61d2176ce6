"""The routes about runs of notebooks."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.fields import limit_in, text_field
from ..actions.runs import runs
from .base import BookstoreAPIHandler

PAGE = 50
MOST_A_PAGE = 200


class BookstoreRunsHandler(BookstoreAPIHandler):
    """``GET /api/bookstore/runs``: the runs of a notebook, or the last run of each."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with those that go on, and a page of the others, newest first."""
        await self.respond(self._runs())

    async def _runs(self) -> dict[str, Any]:
        query = self.query_fields()
        limit = limit_in(query, most=MOST_A_PAGE, default=PAGE)
        place, before = text_field(query, "of"), text_field(query, "before")
        told = await runs(self.bookstore, place, limit=limit, before=before)
        return {"runs": told.runs, "next": told.next or None}
