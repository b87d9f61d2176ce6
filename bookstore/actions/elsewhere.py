"""What other root folders may have of a notebook, and joining it to its history.

Knows: the roots that servers had, history.  Must not know: who asks.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ..errors import BadRequest, NotFound, StoreError, StoreUnavailable
from ..history.counts import MOST_COUNTED
from ..history.roots import OtherRoot
from ..wiring import Bookstore
from ..words import shown
from .fields import notebook_path
from .versions import MOST_A_PAGE, Told, versions


async def elsewhere(bookstore: Bookstore, path: str, told: Told) -> list[dict[str, Any]]:
    """Return what other roots may have of the notebook at *path*, of whose history the newest page
    is *told*: what is not a part of it, and what somebody made a part of it.

    An answer takes one question to the store for each of them, once a minute; what cannot be asked
    is left out.
    """
    found: list[dict[str, Any]] = []
    for other in await bookstore.roots.offered(path):
        with suppress(StoreError):
            counted = await bookstore.within(_counted(bookstore, other, told))
            found += [_facts(other, counted)] if counted else []
    others = await bookstore.roots.of(path)
    return [*found, *(_facts(each) for each in others if each.is_joined and not each.is_certain)]


async def join(bookstore: Bookstore, path: str, folder: str, *, joined: bool) -> dict[str, Any]:
    """Tell what the root *folder* has together with what is here, for all notebooks below both; or
    no longer.  Nothing is copied, moved or removed by it.
    """
    path = notebook_path(path)
    if not folder:
        raise BadRequest("folder must name another folder, as `elsewhere` tells it.")
    others = [other for other in await bookstore.roots.of(path) if not other.is_certain]
    wanted = next((other for other in others if other.folder == folder), None)
    if wanted is None or (joined and not await _may_join(bookstore, path, wanted)):
        raise NotFound(f"No server had {shown(folder)} as its root and {shown(path)} below it.")
    try:
        await bookstore.roots.join(wanted, joined=joined)
    except OSError as error:
        raise StoreUnavailable(
            "What is joined cannot be noted in Jupyter's data directory.",
            hint=error.strerror or "",
        ) from error
    return {"path": path, "folder": folder, "joined": joined}


async def _may_join(bookstore: Bookstore, path: str, other: OtherRoot) -> bool:
    """Say whether *other* can be made a part of the history: any root above the notebook, and one
    that is gone where that is offered, since it may have had another notebook of that name."""
    if not other.is_gone or other.is_joined:
        return True
    told = await versions(bookstore, path, limit=MOST_A_PAGE)
    return await bookstore.within(_counted(bookstore, other, told)) > 0


async def _counted(bookstore: Bookstore, other: OtherRoot, told: Told) -> int:
    """Return how many versions *other* has, counted so far; 0 where it is another notebook."""
    count = await bookstore.counts.of(other.offer)
    # A folder of the same name may be gone for good: one that was moved took its files along.
    known = {entry.sha256 for entry in told.page.entries if entry.sha256}
    return 0 if other.is_gone and count.newest not in known else count.versions


def _facts(other: OtherRoot, counted: int | None = None) -> dict[str, Any]:
    return {
        "folder": other.folder,
        "path": other.path,
        "versions": counted,
        "more": counted == MOST_COUNTED,
        "joined": other.is_joined,
    }
