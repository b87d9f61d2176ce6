"""What of bookstore works right now, found out by asking.

Knows: settings, the store, the recorder.  Must not know: HTTP.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.manager import AsyncContentsManager

from ..bookstore_config import BookstoreSettings, validate_bookstore
from ..files.contents_managers import archives
from ..files.file_systems import can_be_written, network_file_system_of
from ..records import StoreCheck
from ..store.base import ObjectStore
from ..wiring import Bookstore

CHECK_TIMEOUT_S = 3.0
FRESH_S = 5.0
"""So long a store's answer is believed, so that asking is cheap."""

_WITH_JUPYTEXT = (
    "configure jupytext.build_async_jupytext_contents_manager_class("
    "bookstore.BookstoreContentsArchiver)."
)


class StoreHealth:
    """Asks a store how it is: at most once in a while, and never for long."""

    def __init__(
        self,
        store: ObjectStore,
        *,
        timeout_s: float = CHECK_TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._timeout_s = timeout_s
        self._clock = clock
        self._asking = asyncio.Lock()
        self._answer: tuple[float, StoreCheck] | None = None

    async def check(self) -> StoreCheck:
        """Return what the store can do; a store that does not answer in time can do nothing."""
        async with self._asking:
            if self._answer is None or self._clock() - self._answer[0] > FRESH_S:
                self._answer = (self._clock(), await self._ask())
            return self._answer[1]

    async def _ask(self) -> StoreCheck:
        try:
            return await asyncio.wait_for(self._store.check(), self._timeout_s)
        except asyncio.TimeoutError:
            problem = f"The store did not answer within {self._timeout_s:g} seconds."
            return StoreCheck(reachable=False, exists=False, versioned=False, problems=(problem,))


def archiver_state(contents_manager: object) -> dict[str, Any]:
    """Return whether *contents_manager* archives what it saves, and what to do where not."""
    if archives(contents_manager):
        return {"active": True, "message": "Every save is archived."}
    manager = type(contents_manager)
    return {
        "active": False,
        "message": f"Saves are not archived, because the contents manager is {manager.__name__}: "
        f"{how_to_combine(manager)}",
    }


def how_to_combine(manager: type) -> str:
    """Return what to configure in place of the contents manager class *manager*, in words."""
    if any(base.__module__.startswith("jupytext.") for base in manager.__mro__):
        return _WITH_JUPYTEXT
    if not issubclass(manager, AsyncContentsManager):
        return (
            "it is synchronous, so configure another one, that is derived from "
            "AsyncContentsManager and has the mixin bookstore.ArchivingMixin."
        )
    name = manager.__name__
    return f"configure one that has the mixin, class MyManager(bookstore.ArchivingMixin, {name})."


def features(bookstore: Bookstore, check: StoreCheck, *, archives: bool) -> dict[str, bool]:
    """Return the features that are switched on and work."""
    is_on = validate_bookstore(bookstore.settings)
    is_there = check.reachable and check.exists
    keeps_versions = is_there and check.versioned
    works = {
        "bookstore_valid": keeps_versions,
        "archive_valid": keeps_versions and archives and not bookstore.recorder.problem,
        "publish_valid": keeps_versions,
        "s3_clone_valid": is_there,
        "fs_clone_valid": _has_cloning_folder(bookstore.settings),
    }
    return {name: is_on[name] and works[name] for name in works}


def problems(bookstore: Bookstore, archiver: dict[str, Any]) -> list[str]:
    """Return what is known to be wrong beside the store, in words."""
    found = [] if archiver["active"] else [str(archiver["message"])]
    parts = (bookstore.recorder, bookstore.uploader, bookstore.outbox)
    found.extend(dict.fromkeys(part.problem for part in parts if part.problem))
    if kind := network_file_system_of(bookstore.outbox.directory):
        found.append(
            f"The outbox is on a network file system ({kind}), where saves may be lost: set "
            f"BookstoreSettings.{bookstore.outbox.disk_setting} to a folder on a local disk."
        )
    return found + setting_problems(bookstore.settings)


def setting_problems(settings: BookstoreSettings) -> list[str]:
    """Return which settings do not fit each other or this machine, in words."""
    found = []
    if not settings.workspace_prefix.strip("/"):
        found.append(
            "BookstoreSettings.workspace_prefix is empty, so saved notebooks have no place of "
            "their own in the bucket: set it, to workspace for example."
        )
    if settings.fs_cloning_basedir and not _has_cloning_folder(settings):
        found.append("The folder of BookstoreSettings.fs_cloning_basedir does not exist.")
    if not settings.remote_bucket and not can_be_written(
        Path(settings.local_store_dir).expanduser()
    ):
        found.append("The folder of BookstoreSettings.local_store_dir cannot be written.")
    return found


def _has_cloning_folder(settings: BookstoreSettings) -> bool:
    return Path(settings.fs_cloning_basedir).expanduser().is_dir()
