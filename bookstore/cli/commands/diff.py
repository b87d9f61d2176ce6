"""``diff``: two versions of a notebook, or one and the file, compared.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256

from traitlets import Bool

from ...client.versions import Version
from ...errors import NotFound
from ..app import DONE, BookstoreCommand, VersionCommand
from ..command_line import UsageError
from ..selecting import HOW, ONLY_DELETED
from ..sources.source import Source


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
        jupyter bookstore diff demo.ipynb ~3 "~0"      # two versions
        jupyter bookstore diff demo.ipynb yesterday
        jupyter bookstore diff demo.ipynb ~2 --before  # what that version changed
    """

    before = Bool(False, help="Compare VERSION, or the newest, with the one before it.").tag(
        config=True
    )
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "before": (
            {"DiffCommand": {"before": True}},
            "Compare VERSION, or the newest, with the one before it.",
        ),
    }

    def work(self, path: str, *versions: str) -> int:
        """Compare."""
        source = self.source_for(path)
        name = source.place.api_path(path)
        if self.before and len(versions) > 1:
            raise UsageError("--before compares one version: the one before it is the other.")
        self._check_is_there(source, name, len(versions))
        picked = [self.pick(source, name, word) for word in versions]
        picked = picked or [self._last_saved(source, name)]
        if self.before:
            compared = source.compare(name, None, picked[0])
        else:
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

    def _check_is_there(self, source: Source, name: str, named: int) -> None:
        """Raise NotFound, saying where it went, for a notebook that would be compared as it is on
        disk and was renamed."""
        file = source.place.os_path(name)
        if named > 1 or self.before or file is None or file.exists():
            return
        if to := source.place.shown(moved) if (moved := self.moved_to(source, name)) else "":
            raise NotFound(
                f"{source.place.shown(name)} was renamed to {to}.",
                hint=f"jupyter bookstore diff {to}",
            )

    def _last_saved(self, source: Source, name: str) -> Version:
        """Return the newest version, but for one that only holds what is on disk unsaved.

        A server makes that one when it is asked for the history.
        """
        file = source.place.os_path(name)
        on_disk = sha256(file.read_bytes()).hexdigest() if file and file.is_file() else ""
        newest = None
        for version in self.listed(source, name):
            if version.kind == "delete":
                continue
            newest = newest or version
            if version.kind != "outside" or on_disk not in ("", version.sha256):
                return version
        if newest is None:
            raise NotFound(ONLY_DELETED)
        return newest
