"""``undo`` and ``checkpoint``: what one author changed is taken back, from a moment on.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict

from traitlets import Unicode

from ...words import when
from ..app import DONE, BookstoreCommand, VersionCommand
from ..command_line import UsageError
from ..selecting import HOW


class UndoCommand(VersionCommand):
    """``jupyter bookstore undo``."""

    name = "undo"
    description = (
        "Take back what one author changed in a notebook, such as a program that acted for "
        "somebody (ada/claude). What others changed since stays, and the result is a version that "
        "can be taken back as well. With VERSION, only what came after that version. "
        f"{HOW}"
    )
    usage = "PATH [VERSION]"
    least_arguments, most_arguments = 1, 2
    examples = """
        jupyter bookstore undo demo.ipynb --author ada/claude
        jupyter bookstore undo demo.ipynb "before the agent" --author ada/claude
    """
    author = Unicode(help="Whose changes, as `jupyter bookstore log` names them.").tag(config=True)
    aliases = {**BookstoreCommand.aliases, "author": "UndoCommand.author"}  # noqa: RUF012

    def work(self, path: str, version: str = "") -> int:
        """Take it back."""
        if not self.author.strip():
            raise UsageError("Say whose changes are taken back: --author NAME.")
        source = self.source_for(path)
        name = source.place.api_path(path)
        since = self.pick(source, name, version) if version else None
        undone = source.undo(name, self.author, since=since)
        if self.as_json:
            self.output.json(asdict(undone))
            return DONE
        if undone.version is None:
            self.output.say(f"{path} has nothing of {self.author} any more.")
        else:
            self.output.say(
                f"{path} is without what {self.author} changed in {undone.versions} versions."
            )
        if undone.kept_cells:
            cells = ", ".join(filter(None, undone.kept_cells)) or "some without an ID"
            self.output.say(f"Others went on in these cells, which stay as they are: {cells}.")
        if not undone.is_complete:
            self.output.say("What is older was not looked at, and stays: the history is too long.")
        return DONE


class CheckpointCommand(VersionCommand):
    """``jupyter bookstore checkpoint``."""

    name = "checkpoint"
    description = (
        "Have what a notebook is now be a version, and name it: programs that edit in turns do "
        "that where a turn begins."
    )
    usage = "PATH [LABEL]"
    least_arguments, most_arguments = 1, 2
    examples = """
        jupyter bookstore checkpoint demo.ipynb
        jupyter bookstore checkpoint demo.ipynb "before the agent"
    """

    def work(self, path: str, label: str = "") -> int:
        """Make it."""
        source = self.source_for(path)
        version = source.checkpoint(source.place.api_path(path), label=label, note="")
        if self.as_json:
            self.output.json({"version": asdict(version)})
        else:
            named = f" “{version.label}”" if version.label else ""
            self.output.say(
                f"{path} is the version{named} of {when(version.saved_at)}: {version.version_id}"
            )
        return DONE
