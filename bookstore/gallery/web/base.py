"""How a page of the gallery looks.

Knows: HTTP, templates.  Must not know: what pages say.
"""

from __future__ import annotations

from collections.abc import Awaitable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from jinja2 import Environment, Template
from jupyter_server.utils import url_path_join

from ...http.about import BookstoreStaticHandler
from ...http.base import BookstorePageHandler
from ...http.pages import environment, static_version
from ..catalogue import PublicationRefused
from ..faces.excerpts import excerpt, unmarked
from ..faces.fields import utc
from ..faces.handlers import MEMBERS, PAGES, GalleryHandler
from ..rendering import STYLES, page_headers
from .wording import day, language, page_of_cell

T = TypeVar("T")
SUGGESTIONS = "api/bookstore/gallery/suggestions"
_HERE = Path(__file__).parent
STATIC = (_HERE / "static", STYLES.parent)


class GalleryPageHandler(GalleryHandler, BookstorePageHandler):
    """Base of the gallery's pages."""

    @property
    def content_security_policy(self) -> str:
        """Only our own scripts and styles, whatever a notebook says; see :mod:`..rendering`."""
        return page_headers(self.service.options)["Content-Security-Policy"]

    def set_default_headers(self) -> None:
        """Say what browsers are to leave alone."""
        super().set_default_headers()
        for name, value in page_headers(self.service.options).items():
            self.set_header(name, value)
        # Without a referrer browsers do not say either where a form comes from.
        self.set_header("Referrer-Policy", "same-origin")

    def get_template(self, name: str) -> Template:
        """Return the gallery's own template *name*."""
        return _templates().get_template(name)

    def asset(self, name: str) -> str:
        """Return the URL of a static file, ours or the other pages'."""
        for folder in STATIC:
            if (folder / name).is_file():
                return f"{self.place('static', name)}?v={static_version(name, folder)}"
        return super().asset(name)

    def place(self, *parts: str, **query: object) -> str:
        """Return the URL of a page of the gallery."""
        path = "/".join(quote(part, safe="@") for part in parts)
        asked = urlencode({name: value for name, value in query.items() if value not in (None, "")})
        return url_path_join(self.base_url, PAGES, path).rstrip("/") + (
            f"?{asked}" if asked else ""
        )

    def absolute(self, url: str) -> str:
        """Return a URL of this server as others reach it, who have nothing but this text."""
        return f"{self.origin}{url}"

    def finish_page(self, template: str, **values: Any) -> None:
        """Answer with a page of the gallery."""
        mark = self.xsrf_token.decode() if self.current_user else ""
        told = {"q": "", "shelf": "", "xsrf_token": mark, **values}
        super().finish_page(
            template,
            place=self.place,
            suggestions=url_path_join(self.base_url, SUGGESTIONS),
            reader=self.reader,
            has_files=self.has_files,
            members=MEMBERS in self.settings,
            **told,
        )

    def finish_xml(self, template: str, kind: str, **values: Any) -> None:
        """Answer with a document of another kind, made of a template."""
        self.set_header("Content-Type", f"{kind}; charset=UTF-8")
        self.set_header("Cache-Control", "private, max-age=300")
        self.finish(self.get_template(template).render(**values).encode(errors="replace"))

    async def tried(self, work: Awaitable[T]) -> T | PublicationRefused:
        """Return what *work* returns, or why it is refused, to be told beside each field."""

        async def done() -> T | PublicationRefused:
            try:
                return await work
            except PublicationRefused as refused:
                self.set_status(refused.status)
                return refused

        return await self.outcome(done())

    def go(self, *parts: str, **query: object) -> None:
        """Send the browser to another page of the gallery."""
        self.redirect(self.place(*parts, **query), status=HTTPStatus.SEE_OTHER)


class GalleryStaticHandler(BookstoreStaticHandler):
    """Serves the scripts and styles of the gallery's pages."""

    _static_paths: dict[str, str] = {}  # noqa: RUF012 - else shared with the other pages


@cache
def _templates() -> Environment:
    templates = environment(_HERE / "templates")
    templates.filters.update(
        day=day,
        excerpt=excerpt,
        language=language,
        page_of_cell=page_of_cell,
        unmarked=unmarked,
        utc=utc,
    )
    return templates
