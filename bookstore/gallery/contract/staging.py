"""Uploads: first the notebook comes, and then its user says in a form of the gallery what it is."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ..catalogue.reading import notebook
from ..catalogue.staging import discard_stage, proposed_tags, stage
from ..faces.files import NotebookFiles, file_name
from .base import ContractHandler, said, signed_in
from .notebooks import sent_notebook


class StagesHandler(NotebookFiles, ContractHandler):
    """``/stages``."""

    scope = "publish"
    shared = frozenset({"POST"})

    @signed_in
    async def post(self) -> None:
        """Keep a notebook until its form comes.

        The answer has what the notebook is to know it by: ``link`` for whoever may edit it, as its
        own, and ``clone`` for others.
        """
        await self.respond(self._staged())

    async def _staged(self) -> dict[str, Any]:
        self.agreed()
        sent = sent_notebook(self)
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        told: dict[str, str] = {}
        if name := said(self.query_fields().get("id")):
            about = await notebook(catalogue, actor, await self.uuid_of(name))
            uuid = about.notebook.uuid
            told = {
                "filename": file_name(about.notebook.title),
                "link" if about.may_edit else "clone": uuid,
            }
        staging_id = (await stage(catalogue, actor, sent, keep_outputs=True)).staging_id
        self.set_status(HTTPStatus.CREATED)
        new = {"filename": f"{staging_id}.ipynb", "link": staging_id}
        return {"commit": staging_id, "staging_id": staging_id, **(told or new)}


class StageHandler(ContractHandler):
    """``/stages/{staging_id}``."""

    scope = "publish"

    @signed_in
    async def delete(self, staging_id: str) -> None:
        """Throw it away."""
        await self.nothing(self._discarded(staging_id))

    async def _discarded(self, staging_id: str) -> None:
        await discard_stage((await self.gallery()).catalogue, await self.actor(), staging_id)


class PreprocessHandler(ContractHandler):
    """``/stages/{staging_id}/preprocess``."""

    @signed_in
    async def get(self, staging_id: str) -> None:
        """Tell which tags would fit."""
        await self.respond(self._told(staging_id))

    async def _told(self, staging_id: str) -> dict[str, Any]:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        return {"proposed_tags": await proposed_tags(catalogue, actor, staging_id)}
