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


COMMANDS = {
    "log": Command("bookstore.cli.commands.looking.LogCommand", "List the versions of a notebook."),
    "show": Command(
        "bookstore.cli.commands.looking.ShowCommand", "Write out one version of a notebook."
    ),
    "diff": Command(
        "bookstore.cli.commands.looking.DiffCommand", "Compare two versions, cell by cell."
    ),
    "restore": Command(
        "bookstore.cli.commands.changing.RestoreCommand", "Make an earlier version the current one."
    ),
    "label": Command("bookstore.cli.commands.changing.LabelCommand", "Name a version."),
    "deleted": Command(
        "bookstore.cli.commands.looking.DeletedCommand", "List notebooks that can be brought back."
    ),
    "publish": Command("bookstore.cli.commands.sharing.PublishCommand", "Publish a notebook."),
    "published": Command(
        "bookstore.cli.commands.sharing.PublishedCommand", "List published notebooks."
    ),
    "clone": Command(
        "bookstore.cli.commands.sharing.CloneCommand", "Copy a notebook from the store."
    ),
    "status": Command(
        "bookstore.cli.commands.operating.StatusCommand", "Tell what is not yet archived."
    ),
    "drain": Command(
        "bookstore.cli.commands.operating.DrainCommand", "Deliver what waits in the outbox."
    ),
    "doctor": Command(
        "bookstore.cli.commands.doctor.DoctorCommand", "Find out what is wrong, and say it."
    ),
    "retain": Command(
        "bookstore.cli.commands.retain.RetainCommand",
        "Remove old versions by the retention policy.",
    ),
    "export": Command(
        "bookstore.cli.commands.export.ExportCommand", "Write a notebook's history as a git branch."
    ),
    "import": Command(
        "bookstore.cli.commands.import_.ImportCommand",
        "Take in checkpoints, or a bookstore 2 bucket.",
    ),
}

SUBCOMMANDS = {name: tuple(command) for name, command in COMMANDS.items()}
"""The same, as traitlets wants it."""
