"""What is said of a notebook, one thing at a time: for programs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ..catalogue.changing import Changes, change
from ..catalogue.origin import origin
from ..catalogue.reading import Shown, notebook
from ..catalogue.sharing import share, shared_with
from ..catalogue.usage import star
from ..faces.handlers import reading
from .base import ContractHandler, is_yes, signed_in


class AttributeHandler(ContractHandler, ABC):
    """Base of what tells, and changes, one thing that is said of a notebook."""

    @abstractmethod
    def of(self, about: Shown) -> dict[str, Any]:
        """Return what is so of a notebook."""

    @abstractmethod
    def changes(self) -> Changes:
        """Return what is to be so, as it was sent."""

    @reading
    async def get(self, name: str) -> None:
        """Tell it."""
        await self.respond(self._told(name))

    @signed_in
    async def patch(self, name: str) -> None:
        """Let it be as was sent, and tell it."""
        await self.respond(self._changed(name))

    async def _told(self, name: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        return self.of(await notebook(gallery.catalogue, actor, await self.uuid_of(name)))

    async def _changed(self, name: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        await change(gallery.catalogue, actor, await self.uuid_of(name), self.changes())
        return await self._told(name)


class TitleHandler(AttributeHandler):
    """``/notebooks/{id}/title``."""

    def of(self, about: Shown) -> dict[str, Any]:
        """Return the title."""
        return {"title": about.notebook.title}

    def changes(self) -> Changes:
        """Return another title."""
        return Changes(title=self.fields().get("title", ""))


class DescriptionHandler(AttributeHandler):
    """``/notebooks/{id}/description``."""

    def of(self, about: Shown) -> dict[str, Any]:
        """Return the description."""
        return {"description": about.notebook.description}

    def changes(self) -> Changes:
        """Return another description."""
        return Changes(description=self.fields().get("description", ""))


class TagsHandler(AttributeHandler):
    """``/notebooks/{id}/tags``."""

    def of(self, about: Shown) -> dict[str, Any]:
        """Return the tags."""
        return {"tags": [*about.notebook.tags]}

    def changes(self) -> Changes:
        """Return other tags."""
        return Changes(tags=self.fields().get("tags", ""))


class PublicHandler(AttributeHandler):
    """``/notebooks/{id}/public``."""

    def of(self, about: Shown) -> dict[str, Any]:
        """Return whether everybody may read it."""
        return {"public": about.notebook.public}

    def changes(self) -> Changes:
        """Return whether everybody shall."""
        return Changes(public=is_yes(self.fields().get("public", "")))


class OwnerHandler(ContractHandler):
    """``/notebooks/{id}/owner``."""

    @reading
    async def get(self, name: str) -> None:
        """Tell who it is."""
        await self.respond(self._owner(name))

    @signed_in
    async def patch(self, name: str) -> None:
        """Give it away."""
        await self.respond(self._given(name))

    async def _owner(self, name: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        about = await origin(gallery.catalogue, actor, await self.uuid_of(name))
        return {"owner": about.fields["owner"]}

    async def _given(self, name: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        owner = self.fields().get("owner", "")
        await change(gallery.catalogue, actor, await self.uuid_of(name), Changes(owner=owner))
        return {"owner": owner}  # who gave it may not read it any more


class SharesHandler(ContractHandler):
    """``/notebooks/{id}/shares``: those who may edit it, nbgallery has no others."""

    @signed_in
    async def get(self, name: str) -> None:
        """Tell who they are."""
        await self.respond(self._shared(name, change=False))

    @signed_in
    async def patch(self, name: str) -> None:
        """Let these be them; who may only read it stays."""
        await self.respond(self._shared(name, change=True))

    async def _shared(self, name: str, *, change: bool) -> dict[str, Any]:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        uuid = await self.uuid_of(name)
        there = await shared_with(catalogue, actor, uuid)
        if change:
            told = self.fields().get("shares", "").split(",")
            editors = [each.strip() for each in told if each.strip()]
            there = await share(catalogue, actor, uuid, viewers=there.viewers, editors=editors)
        return {"shares": [*there.editors]}


class StarHandler(ContractHandler):
    """``/notebooks/{id}/star``."""

    @signed_in
    async def get(self, name: str) -> None:
        """Tell whether somebody likes it."""
        await self.respond(self._told(name))

    @signed_in
    async def patch(self, name: str) -> None:
        """Like it, or not any more."""
        await self.respond(self._starred(name))

    async def _told(self, name: str) -> dict[str, Any]:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        return {"star": (await notebook(catalogue, actor, await self.uuid_of(name))).is_starred}

    async def _starred(self, name: str) -> dict[str, Any]:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        wanted = is_yes(self.fields().get("star", ""))
        await star(catalogue, actor, await self.uuid_of(name), starred=wanted)
        return {"star": wanted}
