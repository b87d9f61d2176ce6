"""Makes a notebook of one's own of another one: it remembers which, and keeps its markings."""

from __future__ import annotations

from ..permissions import Actor
from .catalogue import Catalogue
from .publication import Publication, Published, Requested
from .publishing import publish
from .reading import body, notebook


async def fork(
    catalogue: Catalogue,
    actor: Actor,
    uuid: str,
    *,
    title: str | None = None,
    owner: str | None = None,
    token: str | None = None,
) -> Published | Requested:
    """Publish a private copy of a notebook that somebody may read.

    Raises what :func:`~.publishing.publish` raises.
    """
    original = await notebook(catalogue, actor, uuid)
    about, restricted = original.notebook, catalogue.rules.restricted_tags
    copy = Publication(
        body=await body(catalogue, actor, uuid),
        title=about.title if title is None else title,
        description=about.description.strip() or f"Fork of {about.title}",
        tags=[tag for tag in about.tags if tag not in restricted],
        owner=owner,
        summary=f"Fork of {about.title}"[:250],
        keep_outputs=True,  # where they may be kept
        parent_uuid=uuid,
        token=token,
    )
    return await publish(catalogue, actor, copy)
