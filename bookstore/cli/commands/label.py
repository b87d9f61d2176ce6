"""``label``: a version gets a name, or a note.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict

from traitlets import Bool, Unicode

from ...words import when
from ..app import DONE, BookstoreCommand, VersionCommand
from ..command_line import UsageError
from ..selecting import HOW


class LabelCommand(VersionCommand):
    """``jupyter bookstore label``."""

    name = "label"
    description = (
        "Name a version, or note something about it. Retention never removes a version that has a "
        f"name. {HOW}"
    )
    usage = "PATH VERSION [NAME]"
    least_arguments, most_arguments = 2, 3
    examples = """
        jupyter bookstore label demo.ipynb "~0" "sent to Ada"
        jupyter bookstore label demo.ipynb "sent to Ada" --note "with the numbers of March"
        jupyter bookstore label demo.ipynb "sent to Ada" --remove
    """

    note = Unicode(None, allow_none=True, help="A note, up to 2,000 characters.").tag(config=True)
    remove = Bool(False, help="Take the name away, and the note.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "note": "LabelCommand.note",
    }
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "remove": ({"LabelCommand": {"remove": True}}, "Take the name away, and the note."),
    }

    def work(self, path: str, version: str, label: str | None = None) -> int:
        """Name it."""
        if (label is None and self.note is None) is not self.remove:
            raise UsageError("Give a NAME, a --note or both; or --remove and neither.")
        source = self.source_for(path)
        name = source.place.api_path(path)
        label, note = ("", "") if self.remove else (label, self.note)
        named = source.label(name, self.pick(source, name, version), label=label, note=note)
        if self.as_json:
            self.output.json({"path": name, "version": asdict(named)})
        else:
            what = f"“{named.label}”" if named.label else "without a name"
            noted = f": {named.note}" if named.note else ""
            self.output.say(f"{path} of {when(named.saved_at)} is {what}{noted}")
        return DONE
