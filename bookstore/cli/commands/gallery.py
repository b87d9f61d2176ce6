"""``gallery``: what is done with the gallery, one verb a file.

Knows: the verbs' names.  Must not know: the gallery, which is an extra.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from ...errors import BookstoreError
from ..app import FAILED, BookstoreCommand
from ..command_line import UsageError

VERBS = {
    "publish": "gallery_publish.GalleryPublishCommand",
    "list": "gallery_list.GalleryListCommand",
    "show": "gallery_show.GalleryShowCommand",
    "change": "gallery_change.GalleryChangeCommand",
    "share": "gallery_share.GalleryShareCommand",
    "deprecate": "gallery_deprecate.GalleryDeprecateCommand",
    "delete": "gallery_delete.GalleryDeleteCommand",
    "restore": "gallery_restore.GalleryRestoreCommand",
    "import": "gallery_import.GalleryImportCommand",
    "export": "gallery_export.GalleryExportCommand",
    "serve": "..gallery.hosts.command.GalleryServeCommand",
    "hub": "..gallery.hosts.hub.command.GalleryHubCommand",
    "user": "gallery_user.GalleryUserCommand",
    "group": "gallery_group.GalleryGroupCommand",
}


class GalleryCommand(BookstoreCommand):
    """``jupyter bookstore gallery``."""

    name = "gallery"
    description = (
        "Publish notebooks with words, find, read, share, deprecate, delete and restore them; take "
        "in nbgallery's notebooks, or all of its database, or write notebooks as nbgallery takes "
        "them; serve the gallery by itself or as a service of a JupyterHub, and see to accounts "
        "and groups."
    )
    usage = (
        "publish | list | show | change | share | deprecate | delete | restore | import | export | "
        "serve | hub | user | group"
    )
    examples = """
        jupyter bookstore gallery publish --help
        jupyter bookstore gallery list --mine
        jupyter bookstore gallery serve --help
        jupyter bookstore gallery user add ada
        jupyter bookstore gallery import --help
        jupyter bookstore gallery export notebooks.tar.gz
    """
    _verb: BookstoreCommand | None = None

    def initialize(self, argv: Sequence[str] | None = None) -> None:
        """Read the command line, which the verb does where there is one."""
        words = sys.argv[1:] if argv is None else list(argv)
        if not words or words[0] not in VERBS:
            super().initialize(words)
            return
        module, _, name = VERBS[words[0]].rpartition(".")
        try:
            verb = getattr(import_module(f".{module}", __package__), name)()
        except BookstoreError as error:  # the extra is not installed
            self.output.problem(error)
            self.exit(FAILED)
        self._verb = verb
        verb.initialize(words[1:])

    def start(self) -> None:
        """Do it, and end with the exit code."""
        if self._verb is None:
            super().start()
        else:
            self._verb.start()

    def work(self, verb: str = "") -> int:
        """Say that there is no such verb."""
        raise UsageError(f"Say what to do: {', '.join(VERBS)}.")
