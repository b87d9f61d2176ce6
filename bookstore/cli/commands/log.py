"""``log``: the versions of a notebook.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice

from rich.text import Text
from traitlets import Int, Unicode

from ...client.versions import Elsewhere, Found, Version
from ...words import size, when
from ..app import DONE, BookstoreCommand, VersionCommand, option
from ..command_line import UsageError
from ..sources.source import Source


class LogCommand(VersionCommand):
    """``jupyter bookstore log``."""

    name = "log"
    description = (
        "List the versions of a notebook, newest first, or those in which something stands. "
        "Without PATH all notebooks are searched."
    )
    usage = "PATH"
    most_arguments = 1
    examples = """
        jupyter bookstore log reports/demo.ipynb
        jupyter bookstore log reports/demo.ipynb --limit 200
        jupyter bookstore log reports/demo.ipynb --search "df.drop("   # since when it is gone
        jupyter bookstore log --search "FROM sales"                     # in all notebooks
        jupyter bookstore log reports/demo.ipynb --author ada --kind manual
        jupyter bookstore log reports/demo.ipynb --join reports   # saved from that folder, too
        jupyter bookstore log reports/demo.ipynb --json
    """

    limit = Int(20, min=0, help="How many to list; 0: all of them.").tag(config=True)
    search = Unicode(help="List versions in which this stands.").tag(config=True)
    author = Unicode(help="List versions that this person made.").tag(config=True)
    kind = Unicode(help="List versions of this kind, such as manual.").tag(config=True)
    join = Unicode(
        help="""From now on, tell what a server saved that was started in this folder, as seen
        from this one's."""
    ).tag(config=True)
    separate = Unicode(help="No longer tell what was saved from this folder.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        **option("n", "limit", trait="LogCommand.limit"),
        "search": "LogCommand.search",
        "author": "LogCommand.author",
        "kind": "LogCommand.kind",
        "join": "LogCommand.join",
        "separate": "LogCommand.separate",
    }

    def work(self, path: str = "") -> int:
        """List them."""
        if self.search or self.author or self.kind:
            return self._search(path)
        if not path:
            raise UsageError("The notebook is missing, or what to --search for.")
        source = self.source_for(path)
        name = source.place.api_path(path)
        for folder, joined in ((self.join, True), (self.separate, False)):
            if folder:
                source.join(name, folder, joined=joined)
        elsewhere: list[Elsewhere] = []
        listed = self.listed(source, name, changed=True, elsewhere=elsewhere)
        found = list(islice(listed, self.limit or None))
        if self.as_json:
            self.output.json(
                {
                    "path": name,
                    "versions": [asdict(each) for each in found],
                    "elsewhere": [asdict(each) for each in elsewhere],
                }
            )
            return DONE
        self.output.table(*_table(found))
        for other in elsewhere:
            if not other.joined:
                self.output.note(f"{other}: --join {other.folder} lists these as well.")
        if found and found[0].kind == "delete" and (to := self.moved_to(source, name)):
            self.output.note(f"It was renamed to {source.place.shown(to)}.")
        if self.limit and next(listed, None) is not None:
            self.output.note("There are older ones: --limit 0 lists all.")
        return DONE

    def _search(self, path: str) -> int:
        source = self.source_for(path or ".")
        name = source.place.api_path(path) if path else ""
        result = source.search(
            self.search,
            path=name,
            author=self.author,
            kind=self.kind,
            limit=min(self.limit or MOST, MOST),
        )
        if self.as_json:
            self.output.json(asdict(result))
        elif not result.found:
            self.output.say("Nothing was found.")
        elif path:
            self.output.say(_in_words(result.found[0]))
            self.output.table(*_table(list(result.versions), with_backs=False))
        else:
            self.output.table(_FOUND, [_found_row(each, source) for each in result.found])
        if not result.is_complete:
            self.output.note("Not every version was looked at yet: ask again in a moment.")
        return DONE


MOST = 200
_FOUND = {"notebook": "long", "last there": "left", "gone since": "left", "line": "long"}


def _found_row(found: Found, source: Source) -> list[str | Text]:
    gone = when(found.gone.saved_at) if found.gone else ""
    return [source.place.shown(found.path), when(found.last.saved_at), gone, found.excerpt]


def _in_words(found: Found) -> str:
    """Return when it came, and when it went."""
    gone = f"; gone since {when(found.gone.saved_at)}" if found.gone else "; still there"
    first, last = when(found.first.saved_at), when(found.last.saved_at)
    return f"First in the version of {first}, last in that of {last}{gone}."


_COLUMNS = {
    "": "left",
    "saved": "left",
    "kind": "long",
    "author": "long",
    "folder": "long",
    "size": "right",
    "label": "long",
    "changed": "long",
    "version": "long",
}
_KIND_STYLES = {"delete": "red", "manual": "green", "restore": "cyan", "outside": "yellow"}


def _table(
    versions: list[Version], *, with_backs: bool = True
) -> tuple[dict[str, str], list[list[str | Text]]]:
    """Return columns and rows; without what would be the same in each of them."""
    rows = [_row(version, back) for version, back in zip(versions, _backs(versions), strict=True)]
    is_told = {
        "": with_backs,
        "changed": any(version.changed for version in versions),
        "author": len({version.author for version in versions}) > 1,
        "folder": any(version.folder for version in versions),
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
        "folder": version.folder,
        "size": size(version.size_bytes) if version.kind != "delete" else "",
        "label": Text(version.label, style="bold"),
        "changed": str(version.changed or ""),
        "version": version.version_id,
    }
