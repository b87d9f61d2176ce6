"""``export``: a notebook's history as a branch of git, with authors and dates.

Knows: sources, the repository.  Must not know: who answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from traitlets import Unicode

from ...client.versions import Version
from ...transfer.git_repository import Commit, Repository
from ...words import count
from ..app import DONE, BookstoreCommand, VersionCommand
from ..command_line import UsageError
from ..output import Advance
from ..sources.source import Source

_DONE_BY_KIND = {
    "manual": "Save",
    "save": "Save",
    "restore": "Restore",
    "clone": "Clone",
    "rename": "Rename",
    "copy": "Copy",
    "outside": "Change outside of Jupyter",
    "kept": "Unsaved changes",
    "delete": "Delete",
}


class ExportCommand(VersionCommand):
    """``jupyter bookstore export``."""

    name = "export"
    description = (
        "Write a notebook's history as a branch of a git repository: a commit for each version, "
        "with its author and date; its label, or why it was made, is the message. Another run adds "
        "what is new."
    )
    usage = "PATH --to REPOSITORY"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore export demo.ipynb --to ../demo-history
        jupyter bookstore export demo.ipynb --to ~/project --branch notebooks/demo
    """

    repository = Unicode(
        help="Folder of the git repository; one is made where there is nothing."
    ).tag(config=True)
    branch = Unicode("bookstore", help="Branch to write; made when it is new.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "to": "ExportCommand.repository",
        "branch": "ExportCommand.branch",
    }

    def work(self, path: str) -> int:
        """Write it."""
        if not self.repository:
            raise UsageError("Name the repository: --to FOLDER.")
        source = self.source_for(path)
        name = source.place.api_path(path)
        listed = self.listed(source, name)
        newest = next(listed)
        repository = Repository(Path(self.repository).expanduser(), self.branch)
        exported = repository.exported()
        older = takewhile(lambda version: version.version_id not in exported, listed)
        new = [newest, *older] if newest.version_id not in exported else []
        waiting = [version for version in new if version.pending]
        new = [version for version in reversed(new) if not version.pending]
        if new:
            with self.output.progress("Exporting", len(new)) as advance:
                repository.commit(_commits(source, new, advance))
        self._report(new, waiting)
        return DONE

    def _report(self, new: list[Version], waiting: list[Version]) -> None:
        if self.as_json:
            exported = [version.version_id for version in new]
            self.output.json({"branch": self.branch, "exported": exported})
            return
        where = f"the branch {self.branch} of {self.repository}"
        self.output.say(f"{count(len(new), 'version')} added to {where}.")
        if waiting:
            self.output.note(
                f"{count(len(waiting), 'version waits', 'versions wait')} in the outbox, and "
                "can be exported when the store has them."
            )


def _commits(source: Source, versions: list[Version], advance: Advance) -> Iterator[Commit]:
    before = versions[0].path
    for version in versions:
        is_gone = version.kind == "delete"
        yield Commit(
            version_id=version.version_id,
            author=version.author,
            saved_at=version.saved_at,
            message=_message(version),
            path=version.path,
            body=None if is_gone else source.body(version),
            gone=(before,) if before != version.path else (),
        )
        before = version.path
        advance()


def _message(version: Version) -> str:
    done = _DONE_BY_KIND.get(version.kind, version.kind)
    came = f" from {version.source}" if version.source and version.kind != "save" else ""
    subject = version.label or f"{done} {version.path}{came}"
    return f"{subject}\n\n{version.note}"
