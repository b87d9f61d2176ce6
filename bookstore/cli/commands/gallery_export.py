"""``gallery export``: write notebooks as nbgallery takes them.

Knows: the command line.  Must not know: what is in the file.
"""

from __future__ import annotations

from pathlib import Path

from traitlets import Bool

from ...errors import BookstoreError
from ...gallery.moving.giving_out import count_notebooks, write_bundle
from ...words import count
from ..app import DONE
from .gallery_base import GalleryVerb


class GalleryExportCommand(GalleryVerb):
    """``jupyter bookstore gallery export``."""

    name = "gallery export"
    description = (
        "Write the gallery's public notebooks as nbgallery takes them: a tar.gz of them with "
        "metadata.json."
    )
    usage = "FILE"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery export notebooks.tar.gz
        jupyter bookstore gallery export everything.tar.gz --private
    """

    private = Bool(False, help="Write private notebooks as well.").tag(config=True)
    flags = {  # noqa: RUF012
        **GalleryVerb.flags,
        "private": (
            {"GalleryExportCommand": {"private": True}},
            "Write private notebooks as well.",
        ),
    }

    def work(self, file: str) -> int:
        """Write them."""
        path = Path(file)
        if not path.parent.is_dir():
            raise BookstoreError(f"There is no folder {path.parent}.")
        source = self.store_for()
        with self.gallery(source) as gallery:
            total = count_notebooks(gallery, with_private=self.private)
            with self.output.progress("Exporting", total) as advance:
                given = source.run(
                    write_bundle(
                        gallery,
                        source.bookstore.store,
                        path,
                        with_private=self.private,
                        dry_run=self.dry_run,
                        advance=advance,
                    )
                )
        if self.as_json:
            self.output.json(
                {"dry_run": self.dry_run, "written": given.written, "lost": given.lost}
            )
            return DONE
        verb = "would be written" if self.dry_run else "written"
        self.output.say(f"{count(given.written, 'notebook')} {verb} to {file}.")
        for uuid in given.lost:
            self.output.note(f"Left out: the document of {uuid} is nowhere.")
        return DONE
