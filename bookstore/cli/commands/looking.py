"""``log``, ``show``, ``diff`` and ``deleted``: what there is, and what it holds.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path

from rich.text import Text
from traitlets import Bool, Enum, Int, Unicode

from ...client.versions import Version
from ...errors import BookstoreError, NotFound
from ...words import size, when
from ..app import DONE, BookstoreCommand, option
from ..selecting import HOW, select
from ..sources.source import Source


class VersionCommand(BookstoreCommand):
    """Base of what is about versions of one notebook."""

    def pick(self, source: Source, path: str, word: str) -> Version:
        """Return the version of *path* that *word* means."""
        if len(word) > 15 and " " not in word:  # a whole ID needs no listing
            try:
                return source.version(path, word)
            except BookstoreError as error:  # from a server, all are one class
                if error.status != NotFound.status:
                    raise
                # The beginning of one, then, or one from before a rename.
        return select(source.versions(path), word, now=datetime.now().astimezone())


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
        listed = source.versions(name)
        found = list(islice(listed, self.limit or None))
        if not found:
            raise NotFound(
                f"There are no versions of {path} in {source.described}.",
                hint="A notebook has versions once it was saved in Jupyter with bookstore. "
                "--root names the root folder of the server, where it is another.",
            )
        if self.as_json:
            self.output.json({"path": name, "versions": [asdict(each) for each in found]})
            return DONE
        self.output.table(_COLUMNS, _rows(found, name))
        if self.limit and next(listed, None) is not None:
            self.output.note("There are older ones: --limit 0 lists all.")
        return DONE


class ShowCommand(VersionCommand):
    """``jupyter bookstore show``."""

    name = "show"
    description = f"Write out one version of a notebook, by default the newest. {HOW}"
    usage = "PATH [VERSION]"
    least_arguments, most_arguments = 1, 2
    examples = """
        jupyter bookstore show demo.ipynb ~1 > before.ipynb
        jupyter bookstore show demo.ipynb "yesterday 14:00" --format text
        jupyter bookstore show demo.ipynb "sent to Ada" -o sent.ipynb
    """

    format = Enum(
        ["notebook", "text"],
        "notebook",
        help="`notebook`: the bytes as they were saved. `text`: its cells, to read.",
    ).tag(config=True)
    output_file = Unicode(help="File to write instead of standard output.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        **option("o", "output", trait="ShowCommand.output_file"),
        "format": "ShowCommand.format",
    }

    def work(self, path: str, version: str = "~0") -> int:
        """Write it out."""
        source = self.source_for(path)
        found = self.pick(source, source.place.api_path(path), version)
        body = source.body(found)
        if self.as_json:
            self.output.json({"version": asdict(found), "text": body.decode(errors="replace")})
            return DONE
        if self.format == "text":
            from ...notebooks.reading import cells_as_text

            body = cells_as_text(body).encode()
        if not self.output_file:
            self.output.raw(body)
            return DONE
        try:
            Path(self.output_file).write_bytes(body)
        except OSError as error:
            raise BookstoreError(
                f"{self.output_file} cannot be written: {error.strerror}."
            ) from error
        self.output.note(f"{self.output_file}: {found.version_id}, {size(len(body))}")
        return DONE


class DiffCommand(VersionCommand):
    """``jupyter bookstore diff``."""

    name = "diff"
    description = (
        "Compare a notebook cell by cell: as it was saved last, or VERSION, with what is on disk, "
        f"or with OTHER. {HOW}"
    )
    usage = "PATH [VERSION [OTHER]]"
    least_arguments, most_arguments = 1, 3
    examples = """
        jupyter bookstore diff demo.ipynb              # what was saved last with the file
        jupyter bookstore diff demo.ipynb ~1           # an earlier version with the file
        jupyter bookstore diff demo.ipynb ~3 ~0        # two versions
        jupyter bookstore diff demo.ipynb yesterday
    """

    def work(self, path: str, *versions: str) -> int:
        """Compare."""
        source = self.source_for(path)
        name = source.place.api_path(path)
        picked = [self.pick(source, name, word) for word in versions]
        picked = picked or [self._last_saved(source, name)]
        compared = source.compare(name, picked[0], picked[1] if len(picked) > 1 else None)
        if self.as_json:
            remote = compared.remote_version
            self.output.json(
                {
                    "path": name,
                    "base_version": asdict(compared.base_version),
                    "remote_version": remote and asdict(remote),
                    "base": compared.base,
                    "diff": compared.diff,
                    "summary": compared.summary,
                }
            )
            return DONE
        if not compared.diff:
            self.output.note("No difference.")
            return DONE
        self.output.differences(compared.base, compared.diff)
        return DONE

    def _last_saved(self, source: Source, name: str) -> Version:
        """Return the newest version, but for one that only holds what is on disk unsaved.

        A server makes that one when it is asked for the history.
        """
        file = source.place.os_path(name)
        on_disk = sha256(file.read_bytes()).hexdigest() if file and file.is_file() else ""
        newest = None
        for version in source.versions(name):
            if version.kind == "delete":
                continue
            newest = newest or version
            if version.kind != "outside" or on_disk not in ("", version.sha256):
                return version
        if newest is None:
            raise NotFound(f"There are no versions of {source.place.shown(name)}.")
        return newest


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


_COLUMNS = {
    "": "left",
    "saved": "left",
    "kind": "long",
    "author": "long",
    "size": "right",
    "label": "long",
    "version": "long",
}
_KIND_STYLES = {"delete": "red", "manual": "green", "restore": "cyan", "outside": "yellow"}


def _rows(versions: list[Version], path: str) -> list[list[str | Text]]:
    rows: list[list[str | Text]] = []
    back = 0
    for version in versions:
        is_shown = version.kind != "delete"
        kind = Text(version.kind, style=_KIND_STYLES.get(version.kind, ""))
        if version.kind in ("rename", "copy", "clone") and version.source:
            kind.append(f" from {version.source}")
        if version.pending:
            reason = f": {version.failed.last_error}" if version.failed else ""
            kind.append(f" (waits{reason})", style="yellow")
        rows.append(
            [
                f"~{back}" if is_shown else "",
                when(version.saved_at),
                kind,
                version.author,
                size(version.size_bytes) if is_shown else "",
                Text(version.label, style="bold"),
                version.version_id,
            ]
        )
        back += is_shown
    return rows
