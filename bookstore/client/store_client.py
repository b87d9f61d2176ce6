"""Bookstore's own routes, as methods.

>>> from bookstore.client import BookstoreClient
>>> store = BookstoreClient()  # in a notebook
>>> store.publish()

Knows: bookstore's routes.  Must not know: how a server is found, HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..errors import BadRequest
from .connection import RequestOptions, quoted
from .nb_client import LiveNotebookRecord
from .runs import RunsClient


class BookstoreClient(RunsClient):
    """See and restore versions, run, publish, clone, and ask about a server's bookstore.

    In a notebook it needs no argument: it finds the server that runs the notebook.  Anywhere else,
    give the server's *url* and *token*; a URL with ``?token=``, as Jupyter prints it, is enough.
    *s3_bucket* is the bucket that :meth:`clone` takes when it is given none; without it that is
    the server's own.
    """

    def __init__(
        self,
        s3_bucket: str | None = None,
        *,
        url: str = "",
        token: str = "",
        options: RequestOptions | None = None,
    ) -> None:
        super().__init__(options=options)
        self.default_bucket = s3_bucket or ""
        if url:
            self._nb_config = _config_of(url, token)

    @cached_property
    def nb_record(self) -> LiveNotebookRecord:
        """The record of the server given, else of the server that runs this notebook."""
        if self._nb_config:
            return LiveNotebookRecord.from_json(self._nb_config)
        return super().nb_record

    def info(self) -> dict[str, Any]:
        """Return the server's release of bookstore, its features and its store."""
        return dict(self.connection.request("GET", "/api/bookstore"))

    def status(self) -> dict[str, Any]:
        """Return how the store is, and which saves wait for it."""
        return dict(self.connection.request("GET", "/api/bookstore/status"))

    def publish(self, path: str | None = None) -> dict[str, Any]:
        """Publish the notebook at *path* as it is saved; by default the notebook this code is in.

        Returns the answer of the server: ``s3_path``, ``versionID`` and more; where the notebook is
        not valid, ``message`` says why.
        """
        place = quoted(self.session.path if path is None else path)
        body = {"type": "notebook"}
        return dict(self.connection.request("PUT", f"/api/bookstore/published/{place}", body=body))

    def published(self) -> Iterator[dict[str, Any]]:
        """Yield what is known of each published notebook, in the order of their paths."""
        query: dict[str, str] = {}
        while True:
            page = self.connection.request("GET", "/api/bookstore/published", query=query)
            yield from page["published"]
            if not page["next"]:
                return
            query = {"cursor": page["next"]}

    def unpublish(self, path: str) -> dict[str, Any]:
        """Take the notebook at *path* out of the published ones; its versions stay stored.

        Returns the answer of the server; ``versionID`` is that of the delete marker.
        """
        place = quoted(path)
        return dict(self.connection.request("DELETE", f"/api/bookstore/published/{place}"))

    def link(
        self,
        path: str | None = None,
        *,
        hours: float | None = None,
        public: bool = False,
        published: bool = False,
    ) -> dict[str, Any]:
        """Make a link that gives the notebook at *path* to whoever has it; by default the notebook
        this code is in.

        It lasts for so many *hours*, a day unless the server allows less.  With *public* everybody
        can read, without end, the version that is now the newest, where the administrator allows
        that.  *published* means the notebook as it is published.  Returns the answer of the server:
        ``url``, ``ends_at`` and more.
        """
        place = quoted(self.session.path if path is None else path)
        body = {"hours": hours, "public": public, "published": published}
        return dict(self.connection.request("POST", f"/api/bookstore/links/{place}", body=body))

    def take_back_links(self, path: str, *, published: bool = False) -> dict[str, Any]:
        """Make every version of the notebook at *path* private again, that was made public.

        Returns the answer of the server; ``versions`` is how many there are.  Links that end by
        themselves cannot be taken back.
        """
        query = {"published": "true"} if published else {}
        place = f"/api/bookstore/links/{quoted(path)}"
        return dict(self.connection.request("DELETE", place, query=query))

    def clone(
        self,
        s3_bucket: str = "",
        s3_key: str = "",
        target_path: str = "",
        *,
        s3_version_id: str = "",
        mend: bool = False,
    ) -> dict[str, Any]:
        """Copy the object *s3_key*, or one of its versions, into the server's files.

        *target_path* is where to, by default the object's name in the server's root folder; a
        name that is taken gets a number.  With *mend* a valid notebook is made of it.  Returns the
        contents model of the copy; where the notebook is not valid, ``message`` says why.
        """
        asked = {
            "s3_bucket": s3_bucket or self.default_bucket or self.info()["store"]["bucket"],
            "s3_key": s3_key,
            "s3_version_id": s3_version_id,
            "target_path": target_path,
            "mend": mend,
        }
        body = {name: value for name, value in asked.items() if value}
        return dict(self.connection.request("POST", "/api/bookstore/cloned", body=body))


def _config_of(url: str, token: str) -> dict[str, str]:
    # A URL is often copied from Jupyter's log, with its token.
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadRequest("url must be a server's URL that starts with http:// or https://")
    if parts.username or parts.password:
        raise BadRequest("url must hold no user name or password; give the token as token=")
    token = token or "".join(parse_qs(parts.query).get("token", []))
    base = parts._replace(query="", fragment="").geturl()
    return {"url": base, "token": token, "base_url": parts.path or "/"}
