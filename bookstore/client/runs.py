"""Runs of notebooks on a server, as methods: start, look, cancel, list.

Knows: bookstore's routes.  Must not know: how a server is found, HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from .history import HistoryClient
from .versions import Run

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 5.0


class RunsClient(HistoryClient):
    """The part of :class:`~bookstore.client.BookstoreClient` that is about runs."""

    def run(
        self,
        notebook: str | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        result: str = "",
        kernel: str = "",
        timeout_s: float = 0,
        wait: bool | float = True,
    ) -> Run:
        """Have the server execute one version of a notebook, and return the run.

        *notebook* is an address, or a path, whose newest version is meant; None: the notebook
        this code is in.  *wait*: until it ends, or at most so many seconds, or not at all; it goes
        on on the server when that is over.  Its ``status`` says what became of it: a run
        whose cell fails raises nothing here.
        """
        body: dict[str, Any] = {"address": self._path(notebook), "timeout_s": timeout_s}
        body |= {"parameters": dict(parameters or {}), "result": result, "kernel": kernel}
        answer = self.connection.request("POST", "/api/bookstore/runs", body=body)
        run = Run.from_json(answer["run"])
        return self.wait_for(run, timeout_s=None if wait is True else float(wait))

    def wait_for(self, run: Run, *, timeout_s: float | None = None) -> Run:
        """Return what is known of *run* once it has ended, or after *timeout_s* seconds."""
        ends_at = None if timeout_s is None else time.monotonic() + timeout_s
        pause_s = _FIRST_PAUSE_S
        while run.ended_at is None:
            left_s = pause_s if ends_at is None else ends_at - time.monotonic()
            if left_s <= 0:
                break
            time.sleep(min(pause_s, left_s))
            pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)
            run = self.run_of(run)
        return run

    def run_of(self, run: Run | str, *, of: str = "") -> Run:
        """Return what is known now of a run, by its ID; *of* is where its result is."""
        place = of if isinstance(run, str) else run.result
        answer = self.connection.request("GET", _route(run), query={"of": place} if place else {})
        return Run.from_json(answer["run"])

    def cancel(self, run: Run | str) -> Run:
        """Tell a run that the server started to stop; what it has made is kept."""
        return Run.from_json(self.connection.request("DELETE", _route(run))["run"])

    def runs(self, of: str = "") -> Iterator[Run]:
        """Yield the runs of a notebook, by the path or the address of their results, newest first;
        without one the last run of each.
        """
        query = {"of": of}
        while True:
            page = self.connection.request("GET", "/api/bookstore/runs", query=query)
            yield from map(Run.from_json, page["runs"])
            if not page["next"]:
                return
            query["before"] = page["next"]


def _route(run: Run | str) -> str:
    run_id = run if isinstance(run, str) else run.run_id
    return f"/api/bookstore/runs/{quote(run_id, safe='')}"
