"""``blame``: which version gave each cell its source, or what became of one cell.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict

from rich.text import Text
from traitlets import Unicode

from ...client.versions import Version
from ...words import when
from ..app import DONE, BookstoreCommand, VersionCommand
from ..sources.source import Source


class BlameCommand(VersionCommand):
    """``jupyter bookstore blame``."""

    name = "blame"
    description = (
        "Tell for each cell of a notebook, as it was saved last, since which version it says what "
        "it says; or, with --cell, what became of one."
    )
    usage = "PATH"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore blame reports/demo.ipynb
        jupyter bookstore blame reports/demo.ipynb --cell 3f2a91bc   # the ID that blame lists
    """

    cell = Unicode(help="The ID of a cell, whose changes are listed.").tag(config=True)
    aliases = {**BookstoreCommand.aliases, "cell": "BlameCommand.cell"}  # noqa: RUF012

    def work(self, path: str) -> int:
        """Tell."""
        source = self.source_for(path)
        name = source.place.api_path(path)
        return self._one(source, name) if self.cell else self._all(source, name)

    def _all(self, source: Source, name: str) -> int:
        cells = source.blame(name)
        if self.as_json:
            self.output.json({"path": name, "cells": [asdict(cell) for cell in cells]})
            return DONE
        rows: list[list[str | Text]] = [
            [
                str(cell.index + 1),
                when(cell.version.saved_at),
                cell.version.author,
                cell.version.label,
                cell.id,
                first_line(cell.source),
            ]
            for cell in cells
        ]
        self.output.table(_CELLS, rows)
        return DONE

    def _one(self, source: Source, name: str) -> int:
        changes = source.cell_history(name, self.cell)
        if self.as_json:
            told = [asdict(change) for change in changes]
            self.output.json({"path": name, "cell": self.cell, "changes": told})
            return DONE
        rows: list[list[str | Text]] = [
            [
                when(change.version.saved_at),
                change.what,
                change.version.author,
                _kind(change.version),
                first_line(change.source),
            ]
            for change in changes
        ]
        self.output.table(_CHANGES, rows)
        return DONE


_CELLS = {
    "cell": "right",
    "since": "left",
    "author": "long",
    "label": "long",
    "id": "long",
    "source": "long",
}
_CHANGES = {"saved": "left", "changed": "left", "author": "long", "kind": "left", "source": "long"}


def first_line(source: str) -> str:
    """Return the first line of a cell that says something."""
    return next((line.strip() for line in source.splitlines() if line.strip()), "")


def _kind(version: Version) -> str:
    return f"{version.kind} “{version.label}”" if version.label else version.kind
