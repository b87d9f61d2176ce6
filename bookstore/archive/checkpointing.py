"""The checkpoints of a contents manager that archives, as Jupyter asks it for them.

Knows: Jupyter's contents API, what saves are recorded.  Must not know: HTTP, stores.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from jupyter_server.services.contents.checkpoints import AsyncCheckpoints
from jupyter_server.services.contents.filecheckpoints import AsyncGenericFileCheckpoints
from traitlets import default

from ..concurrency.background import see_through
from ..keys.api_paths import normal_path
from ..reasons import Intent, saving_as
from .capture import Change
from .checkpoints import BookstoreCheckpoints
from .manual_saves import ManualSaves
from .notebook_forms import SeveralFiles

Model: TypeAlias = "dict[str, Any]"


class Checkpointing(SeveralFiles):
    """Has its checkpoints from history, and takes a request for one as word from the user."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bookstore = self.bookstore
        self._manual = ManualSaves(
            bookstore.outbox, bookstore.history, bookstore.background, self.log
        )

    @default("checkpoints_class")
    def _checkpoints_class_default(self) -> type[AsyncCheckpoints]:
        return BookstoreCheckpoints

    @property
    def file_checkpoints_class(self) -> type[AsyncCheckpoints]:
        """What keeps the checkpoints of files that are not archived: the manager's own."""
        find = getattr(super(), "_checkpoints_class_default", None)
        found: type[AsyncCheckpoints] = find() if find else AsyncGenericFileCheckpoints
        return found

    @default("checkpoints")
    def _default_checkpoints(self) -> AsyncCheckpoints:
        if not issubclass(self.checkpoints_class, BookstoreCheckpoints):
            made: AsyncCheckpoints = super()._default_checkpoints()
            return made
        return self.checkpoints_class(**{"parent": self, **self.checkpoints_kwargs})

    async def create_checkpoint(self, path: str) -> Model:
        """Make a checkpoint.  One that follows a save says that the user asked for that save."""
        name = normal_path(path)
        if not self.is_saving(name) and await self.is_archived(name):
            async with self._saving.hold(name):  # a save that is under way comes first
                await self._manual.note_checkpoint(self._key(name))
        made: Model = await super().create_checkpoint(path)
        return made

    def is_saving(self, path: str) -> bool:
        """Does whoever asks do so in the middle of a save, or another change, of *path*?"""
        name = normal_path(path)
        return self._saving.holds(name) or self._is_beside(name)

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Restore a checkpoint; what it replaces is archived first, what it brings afterwards."""
        name = normal_path(path)
        ours = self.checkpoints if isinstance(self.checkpoints, BookstoreCheckpoints) else None
        is_version = ours is not None and ours.names_version(checkpoint_id)
        if is_version or not await self.is_archived(name):
            await super().restore_checkpoint(checkpoint_id, path)
            return
        async with self.replacing(name, source=self._key(name)):
            await super().restore_checkpoint(checkpoint_id, path)

    @asynccontextmanager
    async def replacing(self, path: str, *, source: str) -> AsyncIterator[None]:
        """Hold *path* while an earlier version takes the place of what is there.

        What is there is archived first; where that is impossible nothing is replaced.  *source* is
        what history says the restored version came from.
        """
        name = normal_path(path)
        async with self._saving.hold(name):
            await self._archive_first(name, "restored", every=True)
            with saving_as("restore", source=source):
                yield
            await see_through(self._record_restored(name, source))

    async def _record_restored(self, path: str, source: str) -> None:
        if self._is_as_seen(path):
            return  # it was restored by saving it
        restored = Change(path, Intent("restore", source), only_if_changed=True)
        await self._record_changes([restored])
