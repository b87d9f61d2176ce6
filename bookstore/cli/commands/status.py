"""``status``: what is not yet in the store, and why.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from typing import Any

from ...words import count, moment, size, when
from ..app import DONE, FAILED, BookstoreCommand


class StatusCommand(BookstoreCommand):
    """``jupyter bookstore status``."""

    name = "status"
    description = (
        "Tell what is not yet archived, and why. The exit code is 1 when there is a problem; that "
        "something waits is none."
    )

    def work(self) -> int:
        """Tell it."""
        source = self.source_for()
        told = source.status()
        problems = list(told["problems"])
        if self.as_json:
            self.output.json({"answered_by": source.described, **told})
            return FAILED if problems else DONE
        store, outbox = told["store"], told["outbox"]
        self.output.say(f"Asked: {source.described}")
        self.output.say(f"Store: {store['display']}, {_reachable(store)}")
        self.output.say(f"Waiting: {_waiting(outbox)}")
        if outbox["entries"]:
            columns = {
                "path": "long",
                "waits since": "left",
                "size": "right",
                "tried": "right",
                "why": "long",
            }
            self.output.table(columns, [_row(entry) for entry in outbox["entries"]])
        for problem in problems:
            self.output.complain(problem)
        return FAILED if problems else DONE


def _reachable(store: dict[str, Any]) -> str:
    if store["reachable"] is None:
        return "not asked since the server started"
    return "reachable" if store["reachable"] else "not reachable"


def _waiting(outbox: dict[str, Any]) -> str:
    if outbox["depth"] == 0 and not outbox["held"]:
        return "nothing"
    text = "not known"
    if outbox["depth"] is not None:
        text = f"{count(outbox['depth'], 'save')}, {size(outbox['bytes'])}"
    if outbox["oldest_queued_at"]:
        text += f", the oldest since {when(moment(outbox['oldest_queued_at']))}"
    if outbox["held"]:
        text += f"; {outbox['held']} more only in the server's memory"
    return text


def _row(entry: dict[str, Any]) -> list[str]:
    why = entry["last_error"]
    return [
        entry["path"],
        when(moment(entry["queued_at"])),
        size(entry["size_bytes"]),
        str(entry["attempts"] or ""),
        f"refused: {why}" if entry["refused"] else why,
    ]
