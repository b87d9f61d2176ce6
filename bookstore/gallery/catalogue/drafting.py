"""What is known of a notebook before it is published: where it is from, and what may be said of it.

Knows: the tables, the notebook format.  Must not know: whose files there are, forms.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ...errors import BookstoreError
from ..extensions import Field
from ..permissions import Actor, standing_of
from .catalogue import Catalogue
from .documents import cleaned
from .errors import NoSuchNotebook
from .grouping import Named, groups_in
from .proposing import tags_for
from .reading import Shown, notebook


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a form to publish with is filled in with."""

    origin: Shown | None
    """The notebook of the gallery that it is a copy of, where one may read that."""
    proposed_tags: tuple[str, ...]
    fields: tuple[Field, ...]
    """Those of extensions."""
    groups: tuple[Named, ...]
    problem: str = ""
    """Why it cannot be published as it is."""


async def draft(catalogue: Catalogue, actor: Actor, body: bytes | None, *, uuid: str = "") -> Draft:
    """Return what is known of *body*, which nobody has published yet, or not as it is now.

    *uuid* says which notebook it is to be a revision of, in the place of the one it is a copy of.
    """
    tags, problem = await asyncio.to_thread(_of_body, catalogue, body)
    uuid = uuid or await asyncio.to_thread(origin_of, body)
    origin = None
    if uuid:
        with suppress(NoSuchNotebook):
            origin = await notebook(catalogue, actor, uuid)

    def look(session: Session) -> tuple[list[Field], list[Named]]:
        standing = standing_of(session, actor)
        return catalogue.extensions.fields(standing), groups_in(session, standing)

    fields, groups = await catalogue.database.run(look, read_only=True)
    has = () if origin is None else origin.notebook.tags
    return Draft(
        origin=origin,
        proposed_tags=tuple(tag for tag in tags if tag not in has),
        fields=tuple(fields),
        groups=tuple(groups),
        problem=problem,
    )


def origin_of(body: bytes | None) -> str:
    """Return the uuid of the notebook that *body* says it is a copy of, "" where it says none."""
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        origin = json.loads(body or b"")["metadata"].get("gallery", {}).get("uuid", "")
        return origin if isinstance(origin, str) else ""
    return ""


def _of_body(catalogue: Catalogue, body: bytes | None) -> tuple[list[str], str]:
    """Return the tags that are proposed, or why it cannot be published."""
    if body is None:
        return [], ""
    try:
        document = cleaned(body, strip=catalogue.extensions.strip)
    except BookstoreError as error:
        return [], error.message
    return tags_for(catalogue, document), ""
