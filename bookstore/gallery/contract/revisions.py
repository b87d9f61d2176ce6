"""What a notebook was."""

from __future__ import annotations

from typing import Any

from ..catalogue.listing import ListedRevision
from ..catalogue.reading import notebook, revisions
from ..faces.handlers import reading
from .base import ContractHandler

MOST, A_PAGE = 500, 100


class RevisionsHandler(ContractHandler):
    """``/notebooks/{id}/revisions``."""

    @reading
    async def get(self, name: str) -> None:
        """List its revisions, the newest first."""
        await self.respond(self._told(name))

    async def _told(self, name: str) -> dict[str, Any]:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        uuid = await self.uuid_of(name)
        about = await notebook(catalogue, actor, uuid)
        rows, after = list[ListedRevision](), ""
        while len(rows) < MOST:
            page = await revisions(catalogue, actor, uuid, after=after or None, count=A_PAGE)
            rows += page.rows
            if not (after := page.after or ""):
                break
        return {
            "notebook": {"uuid": uuid, "title": about.notebook.title},
            "revisions": [
                {
                    "commit_id": row.commit_id,
                    "revtype": row.revtype,
                    "public": row.public,
                    "commit_message": row.summary,
                    "friendly_label": row.label,
                    "user": row.user,
                    "created_at": f"{row.created_at.isoformat(timespec='seconds')}Z",
                }
                for row in rows
            ],
        }
