"""``log``: the versions of a notebook.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice

from rich.text import Text
from traitlets import Int

from ...client.versions import Version
from ...words import size, when
from ..app import DONE, BookstoreCommand, VersionCommand, option


class LogCommand(VersionCommand):
    """``jupyter bookstore log``."""

    name = "log"
    description = "List the versions of a notebook, newest first."
    usage = "PATH"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore log reports/demo.ipynb
        jupyter bookstore log reports/demo.ipynb --limit 200
        jupyter bookstore log reports/demo.ipynb --json
    """

    limit = Int(20, min=0, help="How many to list; 0: all of them.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        **option("n", "limit", trait="LogCommand.limit"),
    }

    def work(self, path: str) -> int:
        """List them."""
        source = self.source_for(path)
        name = source.place.api_path(path)
        listed = self.listed(source, name, changed=True)
        found = list(islice(listed, self.limit or None))
        if self.as_json:
            self.output.json({"path": name, "versions": [asdict(each) for each in found]})
            return DONE
        self.output.table(*_table(found))
        if self.limit and next(listed, None) is not None:
            self.output.note("There are older ones: --limit 0 lists all.")
        return DONE


_COLUMNS = {
    "": "left",
    "saved": "left",
    "kind": "long",
    "author": "long",
    "size": "right",
    "label": "long",
    "changed": "long",
    "version": "long",
}
_KIND_STYLES = {"delete": "red", "manual": "green", "restore": "cyan", "outside": "yellow"}


def _table(versions: list[Version]) -> tuple[dict[str, str], list[list[str | Text]]]:
    """Return columns and rows; without what would be the same in each of them."""
    rows = [_row(version, back) for version, back in zip(versions, _backs(versions), strict=True)]
    is_told = {
        "author": len({version.author for version in versions}) > 1,
        "label": any(version.label for version in versions),
    }
    columns = {name: how for name, how in _COLUMNS.items() if is_told.get(name, True)}
    return columns, [[row[name] for name in columns] for row in rows]


def _backs(versions: list[Version]) -> list[str]:
    """Return how each is named by its place: deletions are none that could be shown."""
    count, backs = 0, []
    for version in versions:
        is_shown = version.kind != "delete"
        backs.append(f"~{count}" if is_shown else "")
        count += is_shown
    return backs


def _row(version: Version, back: str) -> dict[str, str | Text]:
    kind = Text(version.kind, style=_KIND_STYLES.get(version.kind, ""))
    if version.kind in ("rename", "copy", "clone") and version.source:
        kind.append(f" from {version.source}")
    if version.pending:
        reason = f": {version.failed.last_error}" if version.failed else ""
        kind.append(f" (waits{reason})", style="yellow")
    return {
        "": back,
        "saved": when(version.saved_at),
        "kind": kind,
        "author": version.author,
        "size": size(version.size_bytes) if back else "",
        "label": Text(version.label, style="bold"),
        "changed": str(version.changed or ""),
        "version": version.version_id,
    }
