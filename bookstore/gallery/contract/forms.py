"""The form with which somebody says what they have uploaded: the extensions open it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..catalogue import NoSuchNotebook, PublicationRefused
from ..catalogue.publication import Published, Requested
from ..catalogue.publishing import publish
from ..catalogue.reading import Shown, notebook
from ..catalogue.staging import proposed_tags
from ..extensions import Problem
from ..web.publishing import PublishHandler, publication

FIELDS = (
    *("staged", "uuid", "parent_uuid", "title", "description", "tags", "owner", "public"),
    *("summary", "label", "comment"),
)


class FormHandler(PublishHandler):
    """``/form``: a new notebook, a revision, or, of what one may not edit, a change to ask for."""

    template = "staged.html"

    async def prepare(self) -> None:  # type: ignore[override]  # as APIHandler has it
        """Answer nobody where the contract is switched off."""
        if not self.service.origins:
            self.current_user = self._jupyter_current_user = None
            raise web.HTTPError(404)
        await super().prepare()

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show the form, filled in with what is known."""
        await self._show(await self.outcome(self._first(self.query_fields())), [])

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Publish, and go to the notebook; or show all that is wrong, beside what was typed."""
        form = {**dict.fromkeys(FIELDS, ""), **self.form_fields()}
        done = await self.tried(self._done(form))
        if isinstance(done, PublicationRefused):
            await self._show(form, [*done.problems])
        elif isinstance(done, Requested):
            about = await self._readable(done.uuid)
            title = about.notebook.title if about else ""
            self.finish_page("requested.html", uuid=done.uuid, title=title)
        else:
            self.go("nb", done.uuid)

    async def _first(self, query: Mapping[str, str]) -> dict[str, str]:
        form = {**dict.fromkeys(FIELDS, ""), **{name: query.get(name, "") for name in FIELDS}}
        about = await self._readable(form["uuid"] or form["parent_uuid"])
        if about is None:
            return {**form, "uuid": "", "parent_uuid": ""}
        known = about.notebook
        return {
            **form,
            **about.attributes,
            "title": known.title,
            "description": known.description,
            "tags": ", ".join(known.tags),
            "public": "true" if known.public and form["uuid"] else "",
        }

    async def _show(self, form: Mapping[str, str], problems: list[Problem]) -> None:
        about = await self._readable(form["uuid"])
        staged = await self.outcome(self._proposed(form["staged"]))
        extra, _, groups = await self.outcome(self._choices())
        shown = {*FIELDS, *(field.name for field in extra)} - {"staged", "uuid", "parent_uuid"}
        self.finish_page(
            self.template,
            form=form,
            asks=about is not None and not about.may_edit,
            problems={each.field: each for each in problems},
            others=[each for each in problems if each.field not in shown],
            fields=extra,
            groups=groups,
            proposed=[] if about is not None else staged,
            outputs=self.service.options.outputs,
            request_path=self.request.path,
        )

    async def _proposed(self, staging_id: str) -> list[str]:
        """Return tags for what was uploaded; raises :class:`NoSuchNotebook` where there is none."""
        return await proposed_tags((await self.gallery()).catalogue, await self.actor(), staging_id)

    async def _readable(self, uuid: str) -> Shown | None:
        gallery = await self.gallery()
        with suppress(NoSuchNotebook):
            return await notebook(gallery.catalogue, await self.actor(), uuid) if uuid else None
        return None

    async def _notebooks(self) -> list[str]:
        return []  # what is published was chosen in Jupyter

    async def _done(self, form: Mapping[str, str]) -> Published | Requested:
        gallery, actor = await self.gallery(), await self.actor()
        told: dict[str, Any] = {
            "staging_id": form["staged"],
            "parent_uuid": form["parent_uuid"] or None,
            "or_request_change": True,
            "comment": form["comment"],
        }
        return await publish(gallery.catalogue, actor, publication(form, **told))
