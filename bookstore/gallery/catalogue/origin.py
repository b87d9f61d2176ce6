"""What a notebook says of the gallery that it is from: nbgallery's ``metadata.gallery``.

Knows: the tables.  Must not know: addresses of pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...notebooks import strict_json
from ...notebooks.opening import open_bytes
from ..database.models import Group, Notebook, Revision, User
from ..permissions import Actor, revision_clause, standing_of
from .catalogue import Catalogue
from .finding import found
from .reading import Shown, notebook


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A notebook, and all that nbgallery tells of it."""

    shown: Shown
    fields: Mapping[str, Any]
    """By nbgallery's names; moments and numbers are as JSON has them."""


async def origin(catalogue: Catalogue, actor: Actor, uuid: str) -> Origin:
    """Return what is told of a notebook; raises :class:`NoSuchNotebook`."""
    shown = await notebook(catalogue, actor, uuid)
    more = await catalogue.database.run(
        lambda session: _more(session, catalogue, actor, uuid), read_only=True
    )
    about = shown.notebook
    fields = {
        "id": about.id,
        "uuid": about.uuid,
        "title": about.title,
        "description": about.description,
        "public": about.public,
        "lang": about.lang,
        "lang_version": about.lang_version,
        "commit_id": about.commit_id,
        "content_updated_at": _moment(about.content_updated_at),
        "owner_type": about.owner_type,
        "created_at": _moment(about.created_at),
        "updated_at": _moment(about.updated_at),
        "deprecated": about.deprecated,
        "parent_uuid": shown.parent_uuid,
        "owner": about.owner,
        "creator": about.creator,
        "updater": about.updater,
        "tags": ",".join(about.tags),
        **more,
        **shown.attributes,
    }
    return Origin(shown=shown, fields=fields)


def with_origin(body: bytes, told: Mapping[str, Any]) -> bytes:
    """Return a notebook that says where it is from, and nothing else of other places.

    Each source is one text, as nbgallery has it: the classic notebook takes no lines from there.
    """
    notebook = open_bytes(body).notebook
    notebook.metadata["gallery"] = {**told}
    return strict_json.dumps(notebook).encode()


def _more(session: Session, catalogue: Catalogue, actor: Actor, uuid: str) -> dict[str, Any]:
    standing = standing_of(session, actor)
    row = found(session, catalogue, standing, uuid)
    newest = (
        select(Revision.commit_id)
        .join(Notebook, Notebook.id == Revision.notebook_id)
        .where(Revision.notebook_id == row.id, revision_clause(catalogue.policy, standing))
        .order_by(Revision.id.desc())
        .limit(1)
    )
    told = {
        "git_commit_id": session.scalar(newest) or row.commit_id,
        "verified": bool(row.verified),
        "unapproved": bool(row.unapproved),
    }
    if row.owner_type == "Group":
        group = session.get(Group, row.owner_id)
        return {
            **told,
            "owner": group.gid if group is not None else "",
            "owner_name": group.name if group is not None else "",
        }
    user = session.get(User, row.owner_id) if row.owner_id else None
    names = (user.first_name, user.last_name) if user is not None else ()
    known = " ".join(name for name in names if name)
    return {**told, "owner_name": known or (user.user_name if user is not None else "")}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat(timespec='seconds')}Z"
