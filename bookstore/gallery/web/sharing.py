"""What an owner does to let others have a notebook: shares it, makes a link, gives it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...errors import BadRequest
from ...words import shown
from ..catalogue import PublicationRefused
from ..catalogue.changing import USER, Changes, change
from ..catalogue.sharing import NewLink, link_numbered, make_link, revoke_link, share
from ..database.models import now
from .editing import LASTS, EditHandler


class ShareHandler(EditHandler):
    """``/bookstore/gallery/nb/{uuid}/share``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Let exactly these people read it, and these edit it."""
        form, gallery, actor = self.form_fields(), await self.gallery(), await self.actor()
        viewers, editors = _names(form.get("viewers", "")), _names(form.get("editors", ""))
        work = share(gallery.catalogue, actor, uuid, viewers=viewers, editors=editors)
        shared = await self.tried(work)
        if isinstance(shared, PublicationRefused):
            await self.show(uuid, form, shared.problems)
        else:
            self.go("nb", uuid, "edit")


class MakeLinkHandler(EditHandler):
    """``/bookstore/gallery/nb/{uuid}/link``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Make a link that lasts for a while, and show it this once."""
        form = self.form_fields()
        made = await self.tried(self._made(uuid, form))
        if isinstance(made, PublicationRefused):
            await self.show(uuid, form, made.problems)
        else:
            await self.show(uuid, new_link=self.absolute(self.link_url(made.token)))

    async def _made(self, uuid: str, form: Mapping[str, str]) -> NewLink:
        days = form.get("days", "")
        if days not in LASTS:
            raise BadRequest(f"days is {shown(days)}, and has to be one of {', '.join(LASTS)}.")
        return await make_link(
            (await self.gallery()).catalogue,
            await self.actor(),
            uuid,
            expires_at=now() + timedelta(days=int(days)),
            may_edit=form.get("may_edit") == "true",
        )


class RevokeLinkHandler(EditHandler):
    """``/bookstore/gallery/nb/{uuid}/revoke``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Let a link lead nowhere any more."""
        await self.outcome(self._revoked(uuid, self.form_fields().get("number", "")))
        self.go("nb", uuid, "edit")

    async def _revoked(self, uuid: str, number: str) -> None:
        catalogue = (await self.gallery()).catalogue
        await revoke_link(catalogue, await self.actor(), uuid, link_numbered(number))


class GiveHandler(EditHandler):
    """``/bookstore/gallery/nb/{uuid}/give``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Let it be somebody else's: a person's by name, or a group's."""
        form, gallery, actor = self.form_fields(), await self.gallery(), await self.actor()
        name = form.get("name", "").strip()
        owner = f"{USER}{name}" if name else form.get("owner", "")
        refused = await self.tried(change(gallery.catalogue, actor, uuid, Changes(owner=owner)))
        if refused is not None:
            await self.show(uuid, form, refused.problems)
            return
        self.go("nb", uuid)


def _names(text: str) -> list[str]:
    """Return the names in a text with commas between."""
    return [name.strip() for name in text.split(",") if name.strip()]
