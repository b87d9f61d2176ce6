"""The history of notebooks on a server, as methods: list, read, compare, name, restore.

Knows: bookstore's routes.  Must not know: how a server is found, HTTP.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from .connection import quoted
from .diff import NotebookDiff
from .nb_client import CurrentNotebookClient
from .versions import (
    BlamedCell,
    CellChange,
    DeletedNotebook,
    Elsewhere,
    HistoryList,
    SearchResult,
    Undone,
    Version,
)

_PAGE = 200
"""The most that a server answers at once."""


class HistoryClient(CurrentNotebookClient):
    """The part of :class:`~bookstore.client.BookstoreClient` that is about history.

    The *path* None means the notebook this code is in.  A *version* is one of those that
    :meth:`history` gives, or its version ID.
    """

    def history(self, path: str | None = None, *, limit: int | None = 50) -> HistoryList:
        """Return the newest *limit* versions of a notebook, newest first; None: all of them."""
        place = self._path(path)
        wanted = None if limit is None else limit + 1
        elsewhere: list[Elsewhere] = []
        found = self.iterate(place, page=wanted or _PAGE, elsewhere=elsewhere)
        versions = list(islice(found, wanted))
        is_whole = limit is None or len(versions) <= limit
        return HistoryList(place, versions[:limit], is_whole=is_whole, elsewhere=elsewhere)

    def iterate(
        self, path: str, *, page: int = _PAGE, elsewhere: list[Elsewhere] | None = None
    ) -> Iterator[Version]:
        """Yield the versions of a notebook, newest first, asking for more when they are needed.

        What was saved from other folders goes into *elsewhere* with the first of them.
        """
        query = {"limit": str(max(1, min(page, _PAGE)))}
        while True:
            answer = self._ask("GET", "versions", path, query=query)
            if elsewhere is not None:
                elsewhere += map(Elsewhere.from_json, answer.get("elsewhere", ()))
            yield from map(Version.from_json, answer["versions"])
            if not answer["next"]:
                return
            query["before"] = answer["next"]

    def join(self, path: str | None, folder: str, *, joined: bool = True) -> None:
        """Tell what a server saved that was started in another *folder*, as
        :attr:`HistoryList.elsewhere` names it, in the histories here; or no longer.

        It counts for all notebooks below both folders, and nothing is copied or moved.
        """
        self._ask("POST", "join", self._path(path), body={"folder": folder, "joined": joined})

    def version(self, path: str | None, version: Version | str) -> Version:
        """Return what is known of one version."""
        answer = self._ask("GET", "versions", self._path(path), query=_address(version))
        return Version.from_json(answer["version"])

    def content(self, path: str | None, version: Version | str) -> dict[str, Any]:
        """Return the contents model of one version: its ``content`` is the notebook."""
        query = {**_address(version), "content": "1"}
        return self._ask("GET", "versions", self._path(path), query=query)

    def body(self, path: str | None, version: Version | str) -> bytes:
        """Return one version byte for byte as it is stored."""
        query = {**_address(version), "content": "1", "type": "file"}
        return _bytes_of(self._ask("GET", "versions", self._path(path), query=query))

    def resolve(self, address: str) -> Version:
        """Return the version that an address such as ``bookstore://a.ipynb?label=sent`` means."""
        query = {"address": address}
        answer = self.connection.request("GET", "/api/bookstore/resolve", query=query)
        return Version.from_json(answer["version"])

    def read(self, address: str) -> tuple[Version, bytes]:
        """Return the version that an address means, and its bytes as they are stored."""
        query = {"address": address, "content": "1"}
        answer = self.connection.request("GET", "/api/bookstore/resolve", query=query)
        return Version.from_json(answer["version"]), _bytes_of(answer)

    def blame(self, path: str | None = None) -> list[BlamedCell]:
        """Return the cells of a notebook, each with the version that gave it its source."""
        answer = self._ask("GET", "cells", self._path(path))
        return [BlamedCell.from_json(cell) for cell in answer["cells"]]

    def cell_history(self, path: str | None, cell_id: str) -> list[CellChange]:
        """Return what versions did to one cell, the newest first."""
        answer = self._ask("GET", "cells", self._path(path), query={"cell": cell_id})
        return [CellChange.from_json(change) for change in answer["changes"]]

    def search(
        self,
        text: str = "",
        *,
        path: str = "",
        author: str = "",
        kind: str = "",
        limit: int = 50,
    ) -> SearchResult:
        """Look for *text*, an *author* or a *kind* in all versions of the notebook at *path*, or of
        all notebooks.
        """
        asked = {"text": text, "path": path, "author": author, "kind": kind, "limit": str(limit)}
        query = {name: value for name, value in asked.items() if value}
        found = self.connection.request("GET", "/api/bookstore/search", query=query)
        return SearchResult.from_json(found)

    def diff(
        self,
        path: str | None,
        base: Version | str | None = None,
        remote: Version | str | None = None,
    ) -> NotebookDiff:
        """Compare version *base* with *remote*, by default with what is saved now.

        With *remote* alone: with the version before it, which is what that one changed.
        """
        query = {"base": _id_of(base), **_path_of(base, "base_path")} if base else {}
        if remote is not None:
            query |= {"remote": _id_of(remote), **_path_of(remote, "remote_path")}
        return NotebookDiff.from_json(self._ask("GET", "diff", self._path(path), query=query))

    def restore(
        self,
        path: str | None,
        version: Version | str,
        target_path: str | None = None,
        *,
        mend: bool = False,
    ) -> dict[str, Any]:
        """Make an earlier version the current one; what is there becomes a version first.

        With *target_path* it is written there instead, as a copy: a name that is taken gets a
        number.  With *mend* a valid notebook is made of it.  Returns the contents model, without
        content; where the notebook is not valid, ``message`` says why.
        """
        body: dict[str, Any] = {**_address(version), **({"mend": True} if mend else {})}
        body |= {"target_path": target_path} if target_path else {}
        return self._ask("POST", "restore", self._path(path), body=body)

    def checkpoint(self, path: str | None = None, *, label: str = "", note: str = "") -> Version:
        """Return the version that the notebook is now, as its file holds it; one is made where
        there is none.
        """
        given = {"path": self._path(path), "label": label, "note": note}
        body = {name: text for name, text in given.items() if text}
        answer = self.connection.request("POST", "/api/bookstore/checkpoint", body=body)
        return Version.from_json(answer["version"])

    def undo(
        self, path: str | None = None, actor: str = "", *, since: Version | str | None = None
    ) -> Undone:
        """Take back what *actor*, by default whoever asks, changed in a notebook; since a
        version, such as one of :meth:`checkpoint`, where that is given.

        What others changed since stays, and what comes of it is a version that can be taken back.
        """
        body = {"actor": actor, **({"since": _id_of(since)} if since else {})}
        return Undone.from_json(self._ask("POST", "undo", self._path(path), body=body))

    def label(
        self,
        path: str | None,
        version: Version | str,
        label: str | None = None,
        note: str | None = None,
    ) -> Version:
        """Name a version, or note something about it; "" takes that away, None leaves it."""
        given = {"label": label, "note": note}
        body = {**_address(version)}
        body |= {name: text for name, text in given.items() if text is not None}
        answer = self._ask("PATCH", "versions", self._path(path), body=body)
        return Version.from_json(answer["version"])

    def deleted(self) -> Iterator[DeletedNotebook]:
        """Yield the notebooks that were deleted or moved away, in the order of their paths."""
        query: dict[str, str] = {}
        while True:
            page = self.connection.request("GET", "/api/bookstore/deleted", query=query)
            yield from map(DeletedNotebook.from_json, page["deleted"])
            if not page["next"]:
                return
            query = {"after": page["next"]}

    def _path(self, path: str | None) -> str:
        return self.session.path if path is None else path.strip("/")

    def _ask(self, verb: str, what: str, path: str, **request: Any) -> dict[str, Any]:
        route = f"/api/bookstore/{what}/{quoted(path)}"
        return dict(self.connection.request(verb, route, **request))


def _bytes_of(model: Mapping[str, Any]) -> bytes:
    content = str(model["content"])
    return b64decode(content) if model["format"] == "base64" else content.encode()


def _id_of(version: Version | str) -> str:
    return version if isinstance(version, str) else version.version_id


def _path_of(version: Version | str, field: str) -> dict[str, str]:
    # A version from before a rename is addressed by the path that it had then.
    return {} if isinstance(version, str) else {field: version.path}


def _address(version: Version | str) -> dict[str, str]:
    return {"version_id": _id_of(version), **_path_of(version, "version_path")}
