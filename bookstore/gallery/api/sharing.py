"""The API of who else may read or edit a notebook: people by name, and whoever holds a link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...actions.fields import flag_in, text_field
from ...errors import BadRequest
from ...words import moment, shown
from ..catalogue.sharing import (
    Link,
    Shares,
    link_numbered,
    links_to,
    make_link,
    revoke_link,
    share,
    shared_with,
)
from ..faces.fields import utc
from .base import GalleryAPIHandler


class SharesAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/shares``."""

    @web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Tell who it is shared with."""
        await self.respond(self._told(uuid))

    @web.authenticated
    @authorized
    async def put(self, uuid: str) -> None:
        """Let exactly these people read it, and these edit it."""
        await self.respond(self._shared(uuid))

    async def _told(self, uuid: str) -> dict[str, Any]:
        catalogue = (await self.gallery()).catalogue
        return _described(uuid, await shared_with(catalogue, await self.actor(), uuid))

    async def _shared(self, uuid: str) -> dict[str, Any]:
        told, catalogue = await self.json_body(), (await self.gallery()).catalogue
        viewers, editors = names_field(told, "viewers"), names_field(told, "editors")
        actor = await self.actor()
        shares = await share(catalogue, actor, uuid, viewers=viewers, editors=editors)
        return _described(uuid, shares)


class LinksAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/links``."""

    @web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Tell which links lead to it now."""
        await self.respond(self._told(uuid))

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Make a link; what it is known by is told this once."""
        await self.respond(self._made(uuid))

    async def _told(self, uuid: str) -> dict[str, Any]:
        catalogue = (await self.gallery()).catalogue
        links = await links_to(catalogue, await self.actor(), uuid)
        return {"uuid": uuid, "links": [*map(_link, links)]}

    async def _made(self, uuid: str) -> dict[str, Any]:
        told, catalogue = await self.json_body(), (await self.gallery()).catalogue
        link = await make_link(
            catalogue,
            await self.actor(),
            uuid,
            expires_at=_moment_field(told, "expires_at"),
            may_edit=flag_in(told, "may_edit"),
        )
        self.set_status(201)
        return {"uuid": uuid, "url": self.link_url(link.token), "expires_at": utc(link.expires_at)}


class LinkAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/links/{number}``."""

    @web.authenticated
    @authorized
    async def delete(self, uuid: str, number: str) -> None:
        """Let it lead nowhere any more."""
        await self.respond(self._revoked(uuid, number))

    async def _revoked(self, uuid: str, number: str) -> dict[str, Any]:
        catalogue, known = (await self.gallery()).catalogue, link_numbered(number)
        await revoke_link(catalogue, await self.actor(), uuid, known)
        return {"uuid": uuid, "number": known}


def names_field(body: Mapping[str, Any], name: str) -> list[str]:
    """Return the names under *name*; none where there is nothing."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRequest(f"{name} must be a list of names, not {shown(value)}.")
    return value


def _moment_field(body: Mapping[str, Any], name: str) -> datetime:
    text = text_field(body, name)
    try:
        return moment(text).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise BadRequest(
            f"{name} is {shown(text)}, and has to be a moment such as 2030-01-31T12:00:00Z."
        ) from None


def _described(uuid: str, shares: Shares) -> dict[str, Any]:
    return {"uuid": uuid, "viewers": [*shares.viewers], "editors": [*shares.editors]}


def _link(link: Link) -> dict[str, Any]:
    return {
        "number": link.number,
        "may_edit": link.may_edit,
        "expires_at": utc(link.expires_at),
        "made_by": link.made_by,
    }
