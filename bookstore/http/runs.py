"""The routes about runs of notebooks."""

from __future__ import annotations

from typing import Any, cast

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.fields import limit_in, text_field, version_id_field
from ..actions.places import RUNS
from ..actions.runs import find, runs, runs_of_version
from ..actions.starting import RunRequest, StartedRuns
from ..archive.identity import current_author
from .base import BookstoreAPIHandler

PAGE = 50
MOST_A_PAGE = 200
STARTED_RUNS = "bookstore_started_runs"
"""Where the web application's settings keep the server's
:class:`~bookstore.actions.starting.StartedRuns`."""


class RunsHandler(BookstoreAPIHandler):
    """What the routes about runs share."""

    @property
    def started(self) -> StartedRuns:
        """The runs that this server started."""
        return cast(StartedRuns, self.settings[STARTED_RUNS])


class BookstoreRunsHandler(RunsHandler):
    """``/api/bookstore/runs``: the runs of a notebook, or the last run of each."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with those that go on, and a page of the others, newest first."""
        await self.respond(self._runs())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Start a run, and answer with what is known of it yet."""
        self.set_status(202)
        await self.respond(self._start())

    async def _runs(self) -> dict[str, Any]:
        await self.may_use_contents("read")  # the error of a cell has what it worked on in it
        query = self.query_fields()
        limit = limit_in(query, most=MOST_A_PAGE, default=PAGE)
        place, before = text_field(query, "of"), text_field(query, "before")
        if version_id := version_id_field(query, "version_id"):
            asked = runs_of_version(self.bookstore, place, version_id, limit=limit, before=before)
        else:
            asked = runs(self.bookstore, place, limit=limit, before=before)
        told = await asked
        return {"runs": told.runs, "next": told.next or None}

    async def _start(self) -> dict[str, Any]:
        # Who runs a notebook does what a kernel does, and sees what was in the file.
        await self.may("read", "contents")
        for action in ("write", "execute"):
            await self.may(action, "kernels")
        asked = RunRequest.from_json(await self.json_body())
        is_ours = asked.result and not asked.result.is_key and asked.result.place.startswith(RUNS)
        if asked.result and not is_ours:
            await self.may("write", "contents")
        kernels = await ensure_async(self.kernel_spec_manager.find_kernel_specs())
        return {"run": await self.started.start(asked, author=current_author(), kernels=kernels)}


class BookstoreRunHandler(RunsHandler):
    """``/api/bookstore/runs/{run_id}``: one run."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        """Answer with what is known of it."""
        await self.respond(self._find(run_id))

    @web.authenticated
    @authorized
    async def delete(self, run_id: str) -> None:
        """Tell it to stop, and answer with what is known of it yet."""
        self.set_status(202)
        await self.respond(self._cancel(run_id))

    async def _find(self, run_id: str) -> dict[str, Any]:
        await self.may_use_contents("read")
        if told := self.started.told(run_id):
            return {"run": told}
        place = text_field(self.query_fields(), "of") or self.started.place_of(run_id)
        return {"run": await find(self.bookstore, run_id, place=place)}

    async def _cancel(self, run_id: str) -> dict[str, Any]:
        await self.may("write", "kernels")
        return {"run": self.started.cancel(run_id, by=current_author())}
