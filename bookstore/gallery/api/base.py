"""What the API's handlers share: errors that say everything at once, and notebooks as JSON.

Knows: HTTP, what the use cases answer.  Must not know: tables, pages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any

from jupyter_server.utils import url_path_join

from ...actions.fields import text_field
from ...errors import BadRequest
from ...http.base import BookstoreAPIHandler, problem_of
from ..catalogue import PublicationRefused
from ..catalogue.listing import Listed, ListedRevision
from ..catalogue.reading import Shown
from ..faces.excerpts import excerpt
from ..faces.fields import address_of, utc
from ..faces.handlers import PAGES, GalleryHandler
from ..search.values import Count, Facets, Snippet

PAGE, MOST_A_PAGE = 20, 100


class GalleryAPIHandler(GalleryHandler, BookstoreAPIHandler):
    """Base of what answers with JSON for the gallery."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a problem; what is refused has one for each field in ``problems``."""
        if status_code == HTTPStatus.UNAUTHORIZED:
            self.set_header("WWW-Authenticate", "Bearer")
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else None
        refused = getattr(error, "error", None)
        if not isinstance(refused, PublicationRefused):
            super().write_error(status_code, **kwargs)
            return
        problems = [asdict(each) for each in refused.problems]
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({**problem_of(status_code, error)._asdict(), "problems": problems}))

    def page_url(self, uuid: str, revision_id: int | None = None) -> str:
        """Return where the page of a notebook is, on this server."""
        return url_path_join(self.base_url, PAGES, "nb", address_of(uuid, revision_id))

    def described(self, notebook: Listed) -> dict[str, Any]:
        """Return a notebook as JSON."""
        told = _as_json(notebook)
        del told["id"]  # of a row: others know a notebook by its uuid
        return {
            **told,
            "excerpt": excerpt(notebook.description),
            "url": self.page_url(notebook.uuid),
        }

    def shown(self, about: Shown) -> dict[str, Any]:
        """Return a notebook and what there is to say of it as JSON."""
        deprecation = about.deprecation
        return {
            **self.described(about.notebook),
            "may_edit": about.may_edit,
            "may_administer": about.may_administer,
            "is_starred": about.is_starred,
            "parent_uuid": about.parent_uuid,
            "attributes": dict(about.attributes),
            "deprecation": deprecation
            and {
                "reason": deprecation.reason,
                "alternatives": [*deprecation.alternatives],
                "may_be_run": deprecation.may_be_run,
            },
        }

    def described_revision(self, uuid: str, revision: ListedRevision) -> dict[str, Any]:
        """Return a revision as JSON."""
        return {**_as_json(revision), "url": self.page_url(uuid, revision.id)}


def _as_json(row: Listed | ListedRevision) -> dict[str, Any]:
    """Return the fields of *row*; moments say that they are in UTC."""
    return {
        name: utc(value) if isinstance(value, datetime) else value
        for name, value in asdict(row).items()
    }


def described_snippet(snippet: Snippet) -> dict[str, Any]:
    """Return where something was found as JSON: pieces of text, some of which are marked."""
    pieces = [{"text": text, "marked": marked} for text, marked in snippet.pieces]
    return {"field": snippet.field, "cell": snippet.cell_id, "pieces": pieces}


def described_count(count: Count | None) -> dict[str, Any] | None:
    """Return how many there are as JSON."""
    return None if count is None else asdict(count)


def described_facets(facets: Facets | None) -> dict[str, Any] | None:
    """Return what they have as JSON."""
    return None if facets is None else asdict(facets)


def optional_text(body: Mapping[str, Any], name: str) -> str | None:
    """Return the text under *name*, None where there is none: then it stays as it is."""
    return text_field(body, name) if body.get(name) is not None else None


def tags_field(body: Mapping[str, Any]) -> str | list[str] | None:
    """Return the tags in *body*: a list of texts, or one with commas between."""
    value = body.get("tags")
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadRequest("tags must be a list of texts, or one text with commas between.")
    return value
