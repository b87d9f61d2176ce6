"""The routes that tell what versions there are, show one, and name it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.requests import flag_in, shown, text_field
from ..archive.identity import current_author
from ..archive.user_files import as_opened, own_model
from ..errors import BadRequest, StoreUnavailable
from ..health.features import archiver_state
from ..history import DeletedNotebook, Page
from ..notebooks.models import build_file_model
from .base import limit_in
from .history import HistoryHandler, VersionAddress

PAGE = 50
MOST_A_PAGE = 200


class BookstoreVersionsHandler(HistoryHandler):
    """``/api/bookstore/versions/{path}``: the history of a notebook."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer with a page of versions, newest first, or with one version."""
        await self.respond(self._tell(path))

    @web.authenticated
    @authorized
    async def patch(self, path: str) -> None:
        """Name a version, or take its name away; the version itself stays as it is."""
        await self.respond(self._label(path))

    async def _tell(self, path: str) -> dict[str, Any]:
        path, query = self.path_in(path), self.query_fields()
        if "version_id" in query:
            address = VersionAddress.of(query, path)
            if not flag_in(query, "content"):
                return await self._one(address)
            return await self._show(address, as_file=_is_file(query))
        limit = limit_in(query, most=MOST_A_PAGE, default=PAGE)
        await self.notice_outside_edits(path)
        page, problem = await self._page(path, limit, text_field(query, "before"))
        return {
            "path": path,
            "versions": [self.entry_json(entry) for entry in page.entries],
            "next": page.next or None,
            "problem": problem,
            "archiver": archiver_state(self.contents_manager),
        }

    async def _page(self, path: str, limit: int, before: str) -> tuple[Page, dict[str, str] | None]:
        """Return a page; while the store is away, what waits for it and what the trouble is."""
        history, key = self.bookstore.history, self.workspace.key(path)
        try:
            return await self.within(history.page(key, limit=limit, before=before)), None
        except StoreUnavailable as error:
            waiting = [] if before else await history.waiting(key)
            if not waiting:
                raise
            problem = {"message": error.message, "hint": error.hint}
            return Page(entries=tuple(waiting[:limit])), problem

    async def _one(self, address: VersionAddress) -> dict[str, Any]:
        return {"path": address.path, "version": self.entry_json(await self.find(address))}

    async def _show(self, address: VersionAddress, *, as_file: bool) -> dict[str, Any]:
        read = await self.read(address)
        if as_file:
            model = await asyncio.to_thread(build_file_model, read.body, address.path)
        else:
            model = await own_model(self.contents_manager, read.body, address.path)
            model = await as_opened(self.contents_manager, model, read.body)
        saved_at = read.entry.saved_at
        return {
            **model,
            "created": saved_at,
            "last_modified": saved_at,
            "writable": False,
            "size": read.entry.size_bytes,
            "version": self.entry_json(read.entry),
        }

    async def _label(self, path: str) -> dict[str, Any]:
        path, body = self.path_in(path), await self.json_body()
        address = VersionAddress.of(body, path)
        if not {"label", "note"} & body.keys():
            raise BadRequest("label or note must be given; an empty text removes it.")
        change = self.bookstore.history.label(
            self.workspace.key(address.path),
            address.version_id,
            label=_text_or_none(body, "label"),
            note=_text_or_none(body, "note"),
            author=current_author(),
        )
        return {"path": path, "version": self.entry_json(await self.within(change))}


class BookstoreDeletedHandler(HistoryHandler):
    """``GET /api/bookstore/deleted``: notebooks that are gone and can be brought back."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with a page of them, in the order of their paths."""
        await self.respond(self._deleted())

    async def _deleted(self) -> dict[str, Any]:
        query = self.query_fields()
        limit = limit_in(query, most=MOST_A_PAGE, default=PAGE)
        after = text_field(query, "after")
        ask = self.bookstore.history.deleted(self.workspace, limit=limit, after=after)
        page = await self.within(ask)
        return {
            "deleted": [self._json(notebook) for notebook in page.notebooks],
            "next": page.next or None,
        }

    def _json(self, notebook: DeletedNotebook) -> dict[str, Any]:
        last = notebook.last
        return {
            "path": self.workspace.path(notebook.key),
            "deleted_at": notebook.deleted_at,
            "moved_to": notebook.moved_to or None,
            "version_id": last.version_id,
            "version_path": self.workspace.path(last.key),
            "saved_at": last.saved_at,
            "size_bytes": last.size_bytes,
            "author": last.author,
            "kind": last.kind,
        }


def _is_file(query: Mapping[str, str]) -> bool:
    kind = query.get("type", "notebook")
    if kind not in ("notebook", "file"):
        raise BadRequest(f"type must be notebook or file, not {shown(kind)}.")
    return kind == "file"


def _text_or_none(body: Mapping[str, Any], name: str) -> str | None:
    if name in body and body[name] is None:
        raise BadRequest(f"{name} must be text, not {shown(None)}.")
    return text_field(body, name) if name in body else None
