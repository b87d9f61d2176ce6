"""Examine this machine: the outbox, and whether Jupyter's servers use bookstore.

Knows: folders, Jupyter's configuration, running servers.  Must not know: stores.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from traitlets.config import Configurable
from traitlets.utils.importstring import import_item

from ..bookstore_config import BookstoreSettings
from ..client import BookstoreClient, RequestOptions
from ..client.running import running_servers
from ..errors import BookstoreError, OutboxError
from ..outbox import Outbox
from .findings import Finding, failed, fine, note, wrong
from .output import count, size

_NETWORK_FILE_SYSTEMS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "lustre")
_LITTLE_BYTES = 10**9
_LOCAL_DISK = "Set BookstoreSettings.outbox_dir to a folder on a local disk with room."


async def examine_outbox(outbox: Outbox, settings: BookstoreSettings) -> list[Finding]:
    """Write to the outbox's folder, and look at the disk and at what waits."""
    try:
        leads = outbox.try_lead()
        outbox.stop_leading()
        totals = await outbox.totals()
        entries = await outbox.entries(limit=1000)
    except OutboxError as error:
        return [failed("outbox", error, _LOCAL_DISK)]
    who = "" if leads else " Another process delivers it."
    refused = [entry for entry in entries if entry.refused]
    tried = [entry for entry in entries if entry.last_error]
    if refused:
        waiting = wrong(
            "outbox",
            f"{count(len(refused), 'save is', 'saves are')} refused: {refused[0].last_error}",
            "It is tried again once that is changed.",
        )
    elif tried:
        waiting = note(
            "outbox", f"{count(totals.depth, 'save waits', 'saves wait')}: {tried[0].last_error}"
        )
    else:
        waiting = fine("outbox", f"{count(totals.depth, 'save waits', 'saves wait')}.{who}")
    return [waiting, _disk(outbox.directory, settings.outbox_max_bytes)]


def _disk(folder: Path, most_bytes: int) -> Finding:
    kind = file_system_of(folder)
    if kind in _NETWORK_FILE_SYSTEMS:
        return wrong("outbox's disk", f"It is a network file system ({kind}).", _LOCAL_DISK)
    free = shutil.disk_usage(folder).free
    if free < _LITTLE_BYTES:
        return wrong("outbox's disk", f"Only {size(free)} are free.", _LOCAL_DISK)
    if free < most_bytes:
        return note(
            "outbox's disk",
            f"{size(free)} are free; the outbox may take {size(most_bytes)}.",
            "Lower BookstoreSettings.outbox_max_bytes, or use a larger disk.",
        )
    return fine("outbox's disk", f"{size(free)} are free.")


def file_system_of(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the kind of file system that *folder* is on, "" where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place, kind = "", ""
    real = os.path.realpath(folder)
    for words in map(str.split, lines):
        point = words[1].replace("\\040", " ") if len(words) > 2 else ""
        is_above = real == point or real.startswith(point.rstrip("/") + "/")
        if point and is_above and len(point) >= len(place):
            place, kind = point, words[2]
    return kind


def examine_servers(app: Configurable) -> Iterator[Finding]:
    """Look at what a server that starts now would do, and ask those that run."""
    yield _extension(app)
    yield _archiver(app)
    yield _notary(app)
    for record in running_servers():
        yield _running(record)


def _extension(app: Configurable) -> Finding:
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = dict(manager.get_jpserver_extensions())
    enabled |= app.config.get("ServerApp", {}).get("jpserver_extensions", {})
    if enabled.get("bookstore"):
        return fine("server extension", "It is enabled.")
    return wrong(
        "server extension",
        "It is not enabled, so servers do not load bookstore.",
        "Run `jupyter server extension enable bookstore`.",
    )


def _archiver(app: Configurable) -> Finding:
    settings = BookstoreSettings(parent=app)
    for server in ("ServerApp", "NotebookApp"):
        chosen = app.config.get(server, {}).get("contents_manager_class")
        if chosen is None:
            continue
        try:
            manager = import_item(chosen) if isinstance(chosen, str) else chosen
        except ImportError as error:
            return wrong("archiver", f"{server}.contents_manager_class: {error}")
        if getattr(manager, "archives_to_bookstore", False):
            return fine("archiver", f"{server}.contents_manager_class is one that archives.")
        return wrong(
            "archiver",
            f"{server}.contents_manager_class is {manager.__name__}, which does not archive.",
            f"Combine the two: class MyManager(bookstore.ArchivingMixin, {manager.__name__}).",
        )
    if not settings.archive_by_default:
        return wrong(
            "archiver",
            "BookstoreSettings.archive_by_default is off, and no contents manager is named.",
            "Set ServerApp.contents_manager_class to bookstore.BookstoreContentsArchiver.",
        )
    return fine("archiver", "Servers archive every save.")


def _notary(app: Configurable) -> Finding:
    from nbformat.sign import NotebookNotary
    from nbformat.v4 import new_notebook

    notary = NotebookNotary(parent=app)
    notebook = new_notebook()
    try:
        notary.sign(notebook)
        is_kept = notary.check_signature(notebook)
        notary.unsign(notebook)
    except Exception as error:  # whatever its database raises
        return wrong("notary", f"Notebooks cannot be signed: {error}", _NOTARY)
    if not is_kept:
        return note("notary", "Signatures are not kept: restored notebooks are untrusted.", _NOTARY)
    return fine("notary", "Restored notebooks are trusted where they were before.")


_NOTARY = "See NotebookNotary.db_file and NotebookNotary.data_dir."


def _running(record: dict[str, Any]) -> Finding:
    url = str(record.get("url", ""))
    options = RequestOptions(connect_timeout_s=3, read_timeout_s=10)
    try:
        client = BookstoreClient(url=url, token=record.get("token", ""), options=options)
        problems = client.info()["problems"]
    except BookstoreError as error:
        return note(f"server {url}", f"It was not asked: {error.message}")
    if problems:
        return wrong(f"server {url}", " ".join(problems))
    return fine(f"server {url}", f"It archives what is saved in {record.get('root_dir')}.")
