"""``gallery show``: what there is to say of a notebook, or the notebook itself.

Knows: the command line.  Must not know: who may read what.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from traitlets import Bool, Int

from ...gallery.catalogue.listing import ListedRevision
from ...gallery.catalogue.reading import Shown, body, notebook, revisions
from ...words import when
from ..app import DONE
from .gallery_catalogue import CatalogueVerb, Desk, facts_of, in_utc


class GalleryShowCommand(CatalogueVerb):
    """``jupyter bookstore gallery show``."""

    name = "gallery show"
    description = "Show what the gallery says of a notebook, and its revisions that you may read."
    usage = "UUID"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery show UUID
        jupyter bookstore gallery show UUID --body > tides.ipynb
        jupyter bookstore gallery show UUID --revision 12 > earlier.ipynb
    """

    with_body = Bool(False, help="Write out the notebook itself.").tag(config=True)
    revision = Int(0, help="Write out the revision of this number.").tag(config=True)
    aliases = {  # noqa: RUF012
        **CatalogueVerb.aliases,
        "revision": "GalleryShowCommand.revision",
    }
    flags = {  # noqa: RUF012
        **CatalogueVerb.flags,
        "body": ({"GalleryShowCommand": {"with_body": True}}, "Write out the notebook itself."),
    }

    def work(self, uuid: str) -> int:
        """Show it."""
        with self.desk() as desk:
            if self.with_body or self.revision:
                wanted = body(desk.catalogue, desk.actor, uuid, revision_id=self.revision or None)
                self.output.raw(desk.run(wanted))
                return DONE
            shown = desk.run(notebook(desk.catalogue, desk.actor, uuid))
            history = list(desk.source.each(_revisions(desk, uuid)))
        if self.as_json:
            self.output.json(_facts(shown, history))
        else:
            self._tell(shown, history)
        return DONE

    def _tell(self, shown: Shown, history: list[ListedRevision]) -> None:
        about, deprecation = shown.notebook, shown.deprecation
        say = self.output.say
        say(about.title, style="bold")
        say(about.description)
        read_by = "everybody" if about.public else "those who have a reason"
        say(f"\nOf {about.owner or 'nobody'}, read by {read_by}; {about.lang or 'no language'}.")
        if about.tags:
            say(f"Tags: {', '.join(about.tags)}.")
        if shown.parent_uuid:
            say(f"A fork of {shown.parent_uuid}.")
        if deprecation is not None:
            say(f"Deprecated: {deprecation.reason}")
            for uuid in deprecation.alternatives:
                say(f"To be used instead: {uuid}")
        rows = [
            [
                str(row.id),
                when(in_utc(row.created_at)),
                row.revtype or "",
                row.user or "",
                row.label,
                row.summary,
            ]
            for row in history
        ]
        columns = {
            "revision": "right",
            "made": "left",
            "kind": "left",
            "by": "left",
            "label": "left",
            "summary": "long",
        }
        say("")
        self.output.table(columns, rows, empty="It has no revisions.")


def _facts(shown: Shown, history: list[ListedRevision]) -> dict[str, Any]:
    return {
        **facts_of(shown),
        "notebook": facts_of(shown.notebook),
        "revisions": [facts_of(row) for row in history],
    }


async def _revisions(desk: Desk, uuid: str) -> AsyncIterator[ListedRevision]:
    after: str | None = ""
    while after is not None:
        page = await revisions(desk.catalogue, desk.actor, uuid, after=after or None)
        for row in page.rows:
            yield row
        after = page.after
