"""The API of looking at a notebook: drawn, compared, and before it is published."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...errors import BadRequest
from ...http.pages import STATIC_DIR
from ...notebooks.comparing import compare
from ...notebooks.diff import check_comparable
from ...notebooks.parsing import parsed
from ...words import shown
from ..catalogue.documents import without_outputs
from ..catalogue.drafting import Draft, draft
from ..catalogue.reading import kept, notebook
from ..catalogue.words import MOST_LABEL, MOST_SUMMARY, MOST_TITLE
from ..faces.excerpts import title_of
from ..faces.fields import cell_named, revision_named, scheme_named
from ..faces.files import NotebookFiles
from ..faces.handlers import reading
from ..rendering import FIRST_CELLS, STYLES, framed
from .base import GalleryAPIHandler

OF_THE_KERNEL = ("kernelspec", "language_info")
"""Of a notebook's metadata: what Jupyter writes whenever a kernel starts."""


class PreviewAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/preview``."""

    @reading
    async def get(self, uuid: str) -> None:
        """Draw some cells, for a frame that runs nothing."""
        await self.respond(self._drawn(uuid))

    async def _drawn(self, uuid: str) -> dict[str, Any]:
        query, gallery, actor = self.query_fields(), await self.gallery(), await self.actor()
        revision_id = revision_named(query.get("revision") or None)
        about = await notebook(gallery.catalogue, actor, uuid)
        content = await kept(gallery.catalogue, actor, uuid, revision_id=revision_id)
        start = cell_named(query.get("cell", ""))
        rendered = await gallery.renderer.render(
            content.body, cells=slice(start, start + FIRST_CELLS)
        )
        described = ""
        if rendered.start == 0:
            described = await gallery.renderer.render_markdown(about.notebook.description)
        page = await asyncio.to_thread(
            framed,
            rendered,
            title=about.notebook.title,
            description=described,
            styles=_styles(),
            options=self.service.options,
            scheme=scheme_named(query.get("scheme", "")),
        )
        return {
            "uuid": uuid,
            "revision": content.revision_id,
            "html": page,
            "start": rendered.start,
            "stop": rendered.stop,
            "cells": rendered.cells,
            "notes": [*rendered.notes],
        }


class ComparisonAPIHandler(NotebookFiles, GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/diff``."""

    scope = "read"

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Compare a copy, saved or not, with the notebook; nothing is changed by it."""
        await self.respond(self._compared(uuid))

    async def _compared(self, uuid: str) -> dict[str, Any]:
        told, gallery, actor = await self.json_body(), await self.gallery(), await self.actor()
        content, revision = told.get("content"), told.get("revision")
        if not isinstance(content, dict):
            raise BadRequest(f"content must be a notebook's JSON, not {shown(content)}.")
        revision_id = revision_named(None if revision is None else str(revision))
        remote = await kept(gallery.catalogue, actor, uuid, revision_id=revision_id)
        outputs = gallery.catalogue.rules.outputs_may_be_kept
        compared = await asyncio.to_thread(_compared, content, remote.body, outputs=outputs)
        return {
            "uuid": uuid,
            "revision": remote.revision_id,
            "commit_id": remote.commit_id,
            **compared,
        }


class DraftAPIHandler(NotebookFiles, GalleryAPIHandler):
    """``/api/bookstore/gallery/draft``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell what is known of a saved notebook that is to be published."""
        await self.respond(self._known())

    async def _known(self) -> dict[str, Any]:
        await self.may_use_contents("read")
        path = self.query_fields().get("path", "")
        body = await self.notebook_at(path)
        gallery = await self.gallery()
        known = await draft(gallery.catalogue, await self.actor(), body)
        return {
            "path": path,
            "title": title_of(PurePosixPath(path).stem),
            "origin": self._origin(known),
            "proposed_tags": known.proposed_tags,
            "fields": [asdict(each) for each in known.fields],
            "groups": [asdict(each) for each in known.groups],
            "user": self.reader,
            "outputs_may_be_kept": self.service.options.outputs,
            "most": {"title": MOST_TITLE, "summary": MOST_SUMMARY, "label": MOST_LABEL},
            "problem": known.problem,
        }

    def _origin(self, known: Draft) -> dict[str, Any] | None:
        about = known.origin
        if about is None:
            return None
        return {
            **self.described(about.notebook),
            "may_edit": about.may_edit,
            "attributes": dict(about.attributes),
        }


def _compared(content: dict[str, Any], remote: bytes, *, outputs: bool) -> dict[str, Any]:
    """Return what changed from *content* to *remote*, beside what publishing takes out."""
    base = json.dumps(content).encode()
    if not outputs:
        base = without_outputs(base)
    for body in (base, remote):
        check_comparable(len(body))
    old, new = parsed(base), parsed(remote)
    own, others = _metadata_of(old), _metadata_of(new)
    own.pop("gallery", None)
    for name in OF_THE_KERNEL:
        others.pop(name, None)
        if name in own:
            others[name] = own[name]
    compared = compare(old, new)
    summary = compared.summary.to_json()
    return {"base": compared.base, "diff": compared.diff, "summary": summary}


def _metadata_of(notebook: Any) -> dict[str, Any]:
    """Return the metadata in *notebook*, to be changed; of none where there is none."""
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    return metadata if isinstance(metadata, dict) else {}


@cache
def _styles() -> tuple[str, ...]:
    return tuple(
        file.read_text(encoding="utf-8") for file in (STATIC_DIR / "bookstore.css", STYLES)
    )
