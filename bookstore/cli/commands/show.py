"""``show``: one version of a notebook, written out.

Knows: sources.  Must not know: who answers.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from traitlets import Enum, Unicode

from ...actions.addresses import HOW as ADDRESS_HOW
from ...actions.addresses import SCHEME
from ...client.versions import Version
from ...errors import BookstoreError
from ...words import size
from ..app import DONE, BookstoreCommand, VersionCommand, option
from ..command_line import UsageError
from ..selecting import HOW


class ShowCommand(VersionCommand):
    """``jupyter bookstore show``."""

    name = "show"
    description = f"Write out one version of a notebook, by default the newest. {HOW} {ADDRESS_HOW}"
    usage = "PATH [VERSION] | ADDRESS"
    least_arguments, most_arguments = 1, 2
    examples = """
        jupyter bookstore show demo.ipynb ~1 > before.ipynb
        jupyter bookstore show demo.ipynb "yesterday 14:00" --format text
        jupyter bookstore show demo.ipynb "sent to Ada" -o sent.ipynb
        jupyter bookstore show "bookstore://demo.ipynb?label=sent to Ada"
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

    def work(self, path: str, version: str = "") -> int:
        """Write it out."""
        found, body = self._found(path, version)
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

    def _found(self, path: str, version: str) -> tuple[Version, bytes]:
        if not path.startswith(SCHEME):
            source = self.source_for(path)
            found = self.pick(source, source.place.api_path(path), version or "~0")
            return found, source.body(found)
        if version:
            raise UsageError(f"An address says itself which version is meant: {path}")
        return self.source_for().read(path)
