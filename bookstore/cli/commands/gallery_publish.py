"""``gallery publish``: put a notebook into the gallery with words, or make a revision.

Knows: the command line.  Must not know: how it is published.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from traitlets import Bool, Unicode

from ...errors import BookstoreError
from ...gallery.catalogue.publication import Publication, Published
from ...gallery.catalogue.publishing import publish
from ..app import DONE
from .gallery_catalogue import CatalogueVerb, public_of


class GalleryPublishCommand(CatalogueVerb):
    """``jupyter bookstore gallery publish``."""

    name = "gallery publish"
    description = (
        "Put a notebook into the gallery, or, with --notebook, make a revision of one that is "
        "there. Nothing is published where something is wrong, and all that is, is told."
    )
    usage = "FILE"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery publish tides.ipynb --description "When the sea comes." --public
        jupyter bookstore gallery publish tides.ipynb --notebook UUID --summary "Two harbours more"
        jupyter bookstore gallery publish tides.ipynb --notebook UUID --ask --comment "Typos"
    """

    notebook = Unicode(help="UUID of the notebook that gets a revision.").tag(config=True)
    title = Unicode(help="Title. Default: that of the file, or the one it has.").tag(config=True)
    about = Unicode(help="Description, in Markdown.").tag(config=True)
    tags = Unicode(help="Tags, with commas between.").tag(config=True)
    owner = Unicode(help="Whose it is: self, or group:GID.").tag(config=True)
    summary = Unicode(help="A word about what changed.").tag(config=True)
    label = Unicode(help="A friendly name of the revision.").tag(config=True)
    comment = Unicode(help="What to tell those who are asked for a change.").tag(config=True)
    public = Bool(False, help="Let everybody read it.").tag(config=True)
    private = Bool(False, help="Let only those read it who have a reason.").tag(config=True)
    keep_outputs = Bool(False, help="Keep outputs, where that is allowed.").tag(config=True)
    overwrite = Bool(False, help="Make a revision of what has the title.").tag(config=True)
    ask_for_it = Bool(False, help="Ask for the change, where it may not be made.").tag(config=True)
    aliases = {  # noqa: RUF012
        **CatalogueVerb.aliases,
        "notebook": "GalleryPublishCommand.notebook",
        "title": "GalleryPublishCommand.title",
        "description": "GalleryPublishCommand.about",
        "tags": "GalleryPublishCommand.tags",
        "owner": "GalleryPublishCommand.owner",
        "summary": "GalleryPublishCommand.summary",
        "label": "GalleryPublishCommand.label",
        "comment": "GalleryPublishCommand.comment",
    }
    flags = {  # noqa: RUF012
        **CatalogueVerb.flags,
        "public": ({"GalleryPublishCommand": {"public": True}}, "Let everybody read it."),
        "private": (
            {"GalleryPublishCommand": {"private": True}},
            "Let only those read it who have a reason.",
        ),
        "keep-outputs": (
            {"GalleryPublishCommand": {"keep_outputs": True}},
            "Keep outputs, where the administrator allows it.",
        ),
        "overwrite": (
            {"GalleryPublishCommand": {"overwrite": True}},
            "Make a revision of your notebook that has this title already.",
        ),
        "ask": (
            {"GalleryPublishCommand": {"ask_for_it": True}},
            "Ask those for the change who may make it, where you may not.",
        ),
    }

    def work(self, file: str) -> int:
        """Publish it."""
        path = Path(file)
        try:
            body = path.read_bytes()
        except OSError as error:
            raise BookstoreError(f"{file} cannot be read: {error.strerror}.") from error
        is_new = not self.notebook
        publication = Publication(
            body=body,
            uuid=self.notebook or None,
            title=self.title or (path.stem if is_new else None),
            description=self.about or None,
            tags=self.tags or None,
            owner=self.owner or None,
            public=public_of(public=self.public, private=self.private),
            summary=self.summary,
            label=self.label,
            keep_outputs=self.keep_outputs,
            overwrite=self.overwrite,
            or_request_change=self.ask_for_it,
            comment=self.comment,
        )
        with self.desk() as desk:
            done = desk.run(publish(desk.catalogue, desk.actor, publication))
        if not isinstance(done, Published):
            self.tell(asdict(done), f"Asked for the change of {done.uuid}: {done.reqid}.")
            return DONE
        self.tell(asdict(done), f"{file} is published: {done.uuid}, revision {done.revision_id}.")
        if done.proposed_tags and not self.as_json:
            self.output.note(f"Tags that would fit: {', '.join(done.proposed_tags)}.")
        return DONE
