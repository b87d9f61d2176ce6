"""The commands and where each one is, so that the ones not asked for need not be imported.

Knows: names.  Must not know: what commands do.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One command of ``jupyter bookstore``."""

    app: str
    """Import path of its application class."""
    help: str
    """What it does, in a line."""


def _at(place: str, help: str) -> Command:
    return Command(f"{__name__}.{place}", help)


COMMANDS = {
    "log": _at("log.LogCommand", "List the versions of a notebook."),
    "show": _at("show.ShowCommand", "Write out one version of a notebook."),
    "diff": _at("diff.DiffCommand", "Compare two versions, cell by cell."),
    "blame": _at("blame.BlameCommand", "Tell which version gave each cell its source."),
    "restore": _at("restore.RestoreCommand", "Make an earlier version the current one."),
    "label": _at("label.LabelCommand", "Name a version."),
    "checkpoint": _at("undo.CheckpointCommand", "Have a notebook be a version now."),
    "undo": _at("undo.UndoCommand", "Take back what one author changed."),
    "deleted": _at("deleted.DeletedCommand", "List notebooks that can be brought back."),
    "run": _at("run.RunCommand", "Execute one version of a notebook."),
    "runs": _at("runs.RunsCommand", "List runs, and what became of them."),
    "cancel": _at("cancel.CancelCommand", "Stop a run that a server started."),
    "publish": _at("publish.PublishCommand", "Publish a notebook."),
    "published": _at("publish.PublishedCommand", "List published notebooks."),
    "link": _at("link.LinkCommand", "Print an address that gives a notebook to anybody."),
    "clone": _at("clone.CloneCommand", "Copy a notebook from the store."),
    "status": _at("status.StatusCommand", "Tell what is not yet archived."),
    "drain": _at("drain.DrainCommand", "Deliver what waits in the outbox."),
    "doctor": _at("doctor.DoctorCommand", "Find out what is wrong, and say it."),
    "retain": _at("retain.RetainCommand", "Remove old versions by the retention policy."),
    "migrate": _at("migrate.MigrateCommand", "Bring the embedded store into today's form."),
    "export": _at("export.ExportCommand", "Write a notebook's history as a git branch."),
    "gallery": _at("gallery.GalleryCommand", "Serve the gallery, or move one in or out."),
    "mcp": _at("mcp_server.McpCommand", "Serve history to an agent, by its protocol."),
    "import": _at("import_.ImportCommand", "Take in checkpoints, or a bucket's notebooks."),
}

SUBCOMMANDS = {name: tuple(command) for name, command in COMMANDS.items()}
"""The same, as traitlets wants it."""
