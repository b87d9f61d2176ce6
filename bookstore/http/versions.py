"""The routes that tell what versions there are, show one, and name it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions import resolving, versions
from ..actions.addresses import SCHEME, Address
from ..actions.elsewhere import elsewhere
from ..actions.fields import flag_in, limit_in, notebook_path, text_field
from ..actions.versions import MOST_A_PAGE, VersionAddress, deleted_facts, version_facts
from ..archive.capture import capture_of
from ..archive.identity import current_author
from ..archive.user_files import as_opened, own_model
from ..errors import BadRequest
from ..health.features import archiver_state
from ..history import Entry
from ..keys.elsewhere import path_at
from ..notebooks.models import build_file_model
from ..words import shown
from .base import BookstoreAPIHandler

PAGE = 50


class VersionsHandler(BookstoreAPIHandler):
    """Tells of versions."""

    async def facts(
        self, entries: Sequence[Entry], folders: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Return *entries*, versions of one notebook in their order, as they are told, with the
        other root *folders* that they were saved from, by keys.

        What they changed has a line of the notebook in it, for those only who may read it.
        """
        changed = await versions.changes(self.bookstore, entries)
        if not await self.is_allowed("read", "contents"):
            changed = {name: replace(each, excerpt="") for name, each in changed.items()}
        return [
            version_facts(
                self.bookstore,
                entry,
                changed.get(entry.version_id),
                folder=(folders or {}).get(entry.key, ""),
            )
            for entry in entries
        ]


class BookstoreVersionsHandler(VersionsHandler):
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
        path, query = notebook_path(path), self.query_fields()
        if "version_id" in query:
            address = VersionAddress.of(query, path)
            if not flag_in(query, "content"):
                found = await versions.find(self.bookstore, address)
                [version] = await self.facts([found])
                return {"path": address.path, "version": version}
            return await self._show(address, path, as_file=_is_file(query))
        limit, before = limit_in(query, most=MOST_A_PAGE, default=PAGE), text_field(query, "before")
        await self._notice_outside_edits(path)
        told = await versions.versions(self.bookstore, path, limit=limit, before=before)
        problem = told.problem
        return {
            "path": path,
            "versions": await self.facts(told.page.entries, told.folders),
            "next": told.page.next or None,
            "elsewhere": [] if before or problem else await elsewhere(self.bookstore, path, told),
            "problem": problem and {"message": problem.message, "hint": problem.hint},
            "archiver": archiver_state(self.contents_manager),
        }

    async def _notice_outside_edits(self, path: str) -> None:
        """Have what something else wrote to the file become a version before history is told."""
        if capture := capture_of(self.contents_manager):
            await capture.notice(path)

    async def _show(self, address: VersionAddress, path: str, *, as_file: bool) -> dict[str, Any]:
        await self.may_use_contents("read")
        read = await versions.read(self.bookstore, address)
        path = path if address.path.startswith(SCHEME) else address.path
        if as_file:
            model = await asyncio.to_thread(build_file_model, read.body, path)
        else:
            model = await own_model(self.contents_manager, read.body, path)
            model = await as_opened(self.contents_manager, model, read.body)
        saved_at = read.entry.saved_at
        return {
            **model,
            "created": saved_at,
            "last_modified": saved_at,
            "writable": False,
            "size": read.entry.size_bytes,
            "version": version_facts(self.bookstore, read.entry),
        }

    async def _label(self, path: str) -> dict[str, Any]:
        path, body = notebook_path(path), await self.json_body()
        named = await versions.label(
            self.bookstore,
            VersionAddress.of(body, path),
            label=_text_or_none(body, "label"),
            note=_text_or_none(body, "note"),
            author=current_author(),
        )
        [version] = await self.facts([named])
        return {"path": path, "version": version}


class BookstoreResolveHandler(VersionsHandler):
    """``GET /api/bookstore/resolve``: the version that an address means."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with what is known of that version, and with its bytes where they are wanted."""
        await self.respond(self._resolve())

    async def _resolve(self) -> dict[str, Any]:
        query = self.query_fields()
        address = Address.parse(text_field(query, "address"))
        if not flag_in(query, "content"):
            found = await resolving.resolve(self.bookstore, address)
            [version] = await self.facts([found])
            return {"version": version}
        await self.may_use_contents("read")
        read = await resolving.read(self.bookstore, address)
        facts = version_facts(self.bookstore, read.entry)
        key = read.entry.key
        path = path_at(key, self.bookstore.workspace) or key
        model = await asyncio.to_thread(build_file_model, read.body, path)
        return {"version": facts, "format": model["format"], "content": model["content"]}


class BookstoreDeletedHandler(BookstoreAPIHandler):
    """``GET /api/bookstore/deleted``: notebooks that are gone and can be brought back."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with a page of them, in the order of their paths or of time."""
        await self.respond(self._deleted())

    async def _deleted(self) -> dict[str, Any]:
        query = self.query_fields()
        page = await versions.deleted(
            self.bookstore,
            limit=limit_in(query, most=MOST_A_PAGE, default=PAGE),
            after=text_field(query, "after"),
            text=text_field(query, "text"),
            order=text_field(query, "order") or "path",
        )
        return {
            "deleted": [deleted_facts(self.bookstore, gone) for gone in page.notebooks],
            "next": page.next or None,
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
