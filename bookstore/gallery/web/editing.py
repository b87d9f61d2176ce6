"""What an owner does with a notebook that is there: its words, who reads it, its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..catalogue import NotAllowed
from ..catalogue.changing import Changes, change
from ..catalogue.deleting import Gone, delete, deleted, restore
from ..catalogue.deprecating import Deprecation, deprecate, undeprecate
from ..catalogue.grouping import groups_to_publish_for
from ..catalogue.reading import notebook
from ..catalogue.sharing import links_to, shared_with
from ..database.paging import Page
from ..extensions import Problem
from .base import GalleryPageHandler

LASTS = {"1": "a day", "7": "a week", "30": "a month", "365": "a year"}
"""How many days a link may lead to a notebook, and how the page says it."""


class EditHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/edit``."""

    @web.authenticated
    @authorized
    async def get(self, uuid: str) -> None:
        """Show the forms, filled in with what is so."""
        await self.show(uuid)

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Change all of it, or show what is wrong beside what was typed."""
        form = self.form_fields()
        changes = Changes(
            title=form.get("title", ""),
            description=form.get("description", "").replace("\r\n", "\n"),
            tags=form.get("tags", ""),
            public=form.get("public") == "true",
        )
        gallery, actor = await self.gallery(), await self.actor()
        work = change(gallery.catalogue, actor, uuid, changes)
        refused = await self.tried(work)
        if refused is None:
            self.go("nb", uuid)
        else:
            await self.show(uuid, form, refused.problems)

    async def show(
        self,
        uuid: str,
        typed: Mapping[str, str] | None = None,
        problems: Sequence[Problem] = (),
        *,
        new_link: str = "",
    ) -> None:
        """Answer with the page; *typed* is shown in the place of what is so."""
        page = await self.outcome(self._page(uuid))
        page["form"] = {**page["form"], **(typed or {})}
        page["unknown"] = [each.value for each in problems if each.field == "shares"]
        told = {each.field: each for each in problems}
        self.finish_page("edit.html", **page, problems=told, new_link=new_link)

    async def _page(self, uuid: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        about = await notebook(gallery.catalogue, actor, uuid)
        if not about.may_edit:
            raise NotAllowed("You may read this notebook, and not change it.")
        known = about.notebook
        shares = await shared_with(gallery.catalogue, actor, uuid)
        return {
            "about": about,
            "notebook": known,
            "links": await links_to(gallery.catalogue, actor, uuid),
            "lasts": LASTS,
            "groups": await groups_to_publish_for(gallery.catalogue, actor),
            "form": {
                "title": known.title,
                "description": known.description,
                "tags": ", ".join(known.tags),
                "public": "true" if known.public else "",
                "reason": about.deprecation.reason if about.deprecation else "",
                "viewers": ", ".join(shares.viewers),
                "editors": ", ".join(shares.editors),
                "days": "7",
                "may_edit": "",
                "owner": "",
                "name": "",
            },
        }


class DeprecateHandler(EditHandler):
    """``/bookstore/gallery/nb/{uuid}/deprecate``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Say that it is not to be used any more, or that it is."""
        form, gallery, actor = self.form_fields(), await self.gallery(), await self.actor()
        if form.get("undo") == "true":
            work = undeprecate(gallery.catalogue, actor, uuid)
        else:
            why = Deprecation(reason=form.get("reason", ""))
            work = deprecate(gallery.catalogue, actor, uuid, why)
        refused = await self.tried(work)
        if refused is None:
            self.go("nb", uuid)
        else:
            await self.show(uuid, form, refused.problems)


class DeleteHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/delete``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Let nobody see it, and offer to take that back."""
        title = await self.outcome(self._deleted(uuid))
        self.finish_page("deleted.html", uuid=uuid, title=title)

    async def _deleted(self, uuid: str) -> str:
        gallery, actor = await self.gallery(), await self.actor()
        about = await notebook(gallery.catalogue, actor, uuid)
        await delete(gallery.catalogue, actor, uuid)
        return about.notebook.title


class DeletedHandler(GalleryPageHandler):
    """``/bookstore/gallery/deleted``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show what can be restored, the last one first."""
        self.finish_page("gone.html", page=await self.outcome(self._deleted()))

    async def _deleted(self) -> Page[Gone]:
        gallery, after = await self.gallery(), self.query_fields().get("after") or None
        return await deleted(gallery.catalogue, await self.actor(), after=after)


class RestoreHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/restore``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Let it be as it was."""
        await self.outcome(self._restored(uuid))
        self.go("nb", uuid)

    async def _restored(self, uuid: str) -> None:
        await restore((await self.gallery()).catalogue, await self.actor(), uuid)
