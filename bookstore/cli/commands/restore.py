"""``restore``: an earlier version becomes the current one, or a copy.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

import os
from dataclasses import asdict

from traitlets import Bool, Unicode

from ...words import when
from ..app import DONE, BookstoreCommand, VersionCommand
from ..command_line import UsageError
from ..output import warning_in
from ..selecting import HOW
from ..sources.source import Source


class RestoreCommand(VersionCommand):
    """``jupyter bookstore restore``."""

    name = "restore"
    description = (
        "Make an earlier version of a notebook the current one. What is there now becomes a "
        "version first, so this can be undone. Without VERSION, a notebook that was deleted is "
        f"brought back. {HOW}"
    )
    usage = "PATH [VERSION]"
    least_arguments, most_arguments = 1, 2
    examples = """
        jupyter bookstore restore demo.ipynb ~1
        jupyter bookstore restore demo.ipynb ~1 --to demo-before.ipynb
        jupyter bookstore restore deleted.ipynb
        jupyter bookstore restore demo.ipynb "~0" --mend   # where it is no valid notebook
    """

    target = Unicode(
        help="""Restore as a copy to this path. A name that is taken gets a number; a path that
        ends in / is a folder.""",
    ).tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "to": "RestoreCommand.target",
    }
    mend = Bool(False, help="Make a valid notebook of one that is not.").tag(config=True)
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "mend": ({"RestoreCommand": {"mend": True}}, "Make a valid notebook of one that is not."),
    }

    def work(self, path: str, version: str = "") -> int:
        """Restore it."""
        source = self.source_for(path)
        name = source.place.api_path(path)
        if not version and not self._is_gone(source, name):
            raise UsageError(f"{path} is there: say which VERSION of it to restore.")
        found = self.pick(source, name, version or "~0")
        target = self._target_path(source)
        model = source.restore(name, found, target_path=target, mend=self.mend)
        if self.as_json:
            self.output.json({"path": model["path"], "version": asdict(found), **warning_in(model)})
        else:
            there = source.place.shown(model["path"])
            self.output.say(f"{there} is now as it was saved at {when(found.saved_at)}.")
            self.output.warn(model)
        return DONE

    def _is_gone(self, source: Source, name: str) -> bool:
        file = source.place.os_path(name)
        if file is not None:
            return not file.exists()
        newest = next(source.versions(name), None)
        return newest is not None and newest.kind == "delete"

    def _target_path(self, source: Source) -> str:
        if not self.target:
            return ""
        is_folder = self.target.endswith(("/", os.sep))
        return source.place.api_path(self.target) + ("/" if is_folder else "")
