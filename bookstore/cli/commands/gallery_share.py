"""``gallery share``: let people, or whoever holds a link, read or edit a notebook.

Knows: the command line.  Must not know: who may share what.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from traitlets import Bool, Int, Unicode

from ...gallery.catalogue.sharing import (
    Link,
    Shares,
    links_to,
    make_link,
    revoke_link,
    share,
    shared_with,
)
from ...words import when
from ..app import DONE
from ..command_line import UsageError
from .gallery_catalogue import CatalogueVerb, Desk, facts_of, in_utc, names_in

_MOST_DAYS = 36_500


class GalleryShareCommand(CatalogueVerb):
    """``jupyter bookstore gallery share``."""

    name = "gallery share"
    description = (
        "Say with whom a notebook is shared, beside those who own it; without options, show it. "
        "A link's token is shown once."
    )
    usage = "UUID"
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore gallery share UUID --view ada,bob --edit cy
        jupyter bookstore gallery share UUID --view ""
        jupyter bookstore gallery share UUID --link 30
        jupyter bookstore gallery share UUID --revoke 4
    """

    view = Unicode(None, allow_none=True, help="All who may read it, commas between.").tag(
        config=True
    )
    edit = Unicode(None, allow_none=True, help="All who may edit it, commas between.").tag(
        config=True
    )
    link = Int(0, help="Make a link that ends after so many days.").tag(config=True)
    may_edit = Bool(False, help="Let those with the link, who signed in, edit it.").tag(config=True)
    revoke = Int(0, help="Let the link of this number lead nowhere any more.").tag(config=True)
    aliases = {  # noqa: RUF012
        **CatalogueVerb.aliases,
        "view": "GalleryShareCommand.view",
        "edit": "GalleryShareCommand.edit",
        "link": "GalleryShareCommand.link",
        "revoke": "GalleryShareCommand.revoke",
    }
    flags = {  # noqa: RUF012
        **CatalogueVerb.flags,
        "may-edit": (
            {"GalleryShareCommand": {"may_edit": True}},
            "Let those who hold the link, and signed in, edit it.",
        ),
    }

    def work(self, uuid: str) -> int:
        """Share it, or say with whom it is shared."""
        is_about_people = self.view is not None or self.edit is not None
        if is_about_people + bool(self.link) + bool(self.revoke) > 1:
            raise UsageError("One at a time: people, a link, or the end of one.")
        if not 0 <= self.link <= _MOST_DAYS:
            raise UsageError(f"--link takes from 1 to {_MOST_DAYS} days.")
        with self.desk() as desk:
            if self.link:
                return self._make_link(desk, uuid)
            if self.revoke:
                desk.run(revoke_link(desk.catalogue, desk.actor, uuid, self.revoke))
            shares = desk.run(shared_with(desk.catalogue, desk.actor, uuid))
            if is_about_people:
                shares = desk.run(self._share(desk, uuid, shares))
            links = desk.run(links_to(desk.catalogue, desk.actor, uuid))
        self._tell(shares, links)
        return DONE

    async def _share(self, desk: Desk, uuid: str, there: Shares) -> Shares:
        viewers = there.viewers if self.view is None else names_in(self.view)
        editors = there.editors if self.edit is None else names_in(self.edit)
        return await share(desk.catalogue, desk.actor, uuid, viewers=viewers, editors=editors)

    def _make_link(self, desk: Desk, uuid: str) -> int:
        ends = datetime.now(timezone.utc) + timedelta(days=self.link)
        made = desk.run(
            make_link(desk.catalogue, desk.actor, uuid, expires_at=ends, may_edit=self.may_edit)
        )
        until = when(in_utc(made.expires_at))
        self.tell(facts_of(made), f"The link's token, until {until}: {made.token}")
        return DONE

    def _tell(self, shares: Shares, links: list[Link]) -> None:
        if self.as_json:
            self.output.json({**facts_of(shares), "links": [facts_of(link) for link in links]})
            return
        self.output.say(f"May read it: {', '.join(shares.viewers) or 'nobody else'}.")
        self.output.say(f"May edit it: {', '.join(shares.editors) or 'nobody else'}.")
        for link in links:
            does = "edit" if link.may_edit else "read"
            until = when(in_utc(link.expires_at))
            self.output.say(
                f"Link {link.number}, to {does} it, until {until}, made by {link.made_by}."
            )
