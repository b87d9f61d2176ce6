"""``deleted``: the notebooks that can be brought back.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict

from traitlets import Bool

from ...words import size, when
from ..app import DONE, BookstoreCommand


class DeletedCommand(BookstoreCommand):
    """``jupyter bookstore deleted``."""

    name = "deleted"
    description = (
        "List the notebooks that were deleted and can be brought back with "
        "`jupyter bookstore restore PATH`."
    )
    examples = """
        jupyter bookstore deleted
        jupyter bookstore deleted --all         # those that were moved away too
    """

    moved_too = Bool(False, help="List those that were moved away too.").tag(config=True)
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "all": ({"DeletedCommand": {"moved_too": True}}, "List those that were moved away too."),
    }

    def work(self) -> int:
        """List them."""
        source = self.source_for()
        found = [gone for gone in source.deleted() if self.moved_too or not gone.moved_to]
        if self.as_json:
            self.output.json({"deleted": [asdict(gone) for gone in found]})
            return DONE
        columns = {"path": "long", "deleted": "left", "last saved": "left", "size": "right"}
        columns |= {"moved to": "long"} if self.moved_too else {}
        rows = [
            [
                source.place.shown(gone.path),
                when(gone.deleted_at),
                when(gone.saved_at),
                size(gone.size_bytes),
                *([source.place.shown(gone.moved_to) if gone.moved_to else ""] * self.moved_too),
            ]
            for gone in found
        ]
        self.output.table(columns, rows, empty="No notebooks were deleted.")
        return DONE
