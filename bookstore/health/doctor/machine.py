"""Examine this machine: what waits, in an outbox or the embedded store's file, and its disk.

Knows: folders, the outbox.  Must not know: stores.
"""

from __future__ import annotations

import os
import shutil
import stat
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ...bookstore_config import BookstoreSettings
from ...delivery.condition import others_problem
from ...errors import OutboxError
from ...files.file_systems import network_file_system_of
from ...outbox import Outbox
from ...records import OutboxEntry, OutboxTotals, utc_now
from ...words import count, size
from .findings import Finding, failed, fine, note, problem

_LITTLE_BYTES = 10**9
_TRIES = 5
_SLOW_S = 0.1
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


async def examine_outbox(outbox: Outbox, settings: BookstoreSettings) -> list[Finding]:
    """Write to the outbox's folder, and look at the disk and at what waits."""
    local_disk = (
        f"Set BookstoreSettings.{outbox.disk_setting} to a folder on a local disk with room."
    )
    if not settings.remote_bucket and not outbox.is_there():  # looking makes no embedded store
        above = next(folder for folder in outbox.directory.parents if folder.exists())
        nothing = _waiting(OutboxTotals(), [], leads=True)
        return [nothing, *_disk(above, settings.outbox_max_bytes, local_disk)]
    try:
        leads = outbox.try_lead()
        outbox.stop_leading()
        totals = await outbox.totals()
        entries = await outbox.entries(limit=1000)
    except OutboxError as error:
        return [failed("outbox", error, local_disk)]
    found = [_waiting(totals, entries, leads=leads)]
    if entries and entries[-1].queued_at > utc_now():
        said = "Saves wait that were made in the future, as this machine's clock has it now."
        found.append(note("this machine's clock", said, "Set it; nothing is lost by that."))
    found += _disk(outbox.directory, settings.outbox_max_bytes, local_disk)
    return [*found, *_folder(outbox.directory)]


def _waiting(totals: OutboxTotals, entries: list[OutboxEntry], *, leads: bool) -> Finding:
    waits = count(totals.depth, "save waits", "saves wait")
    refused = [entry for entry in entries if entry.refused]
    tried = [entry for entry in entries if entry.last_error]
    if refused:
        return problem(
            "outbox",
            f"{count(len(refused), 'save is', 'saves are')} refused: {refused[0].last_error}",
            "It is tried again once that is changed.",
        )
    if not leads and (said := others_problem(totals.oldest_queued_at, utc_now())):
        return problem("outbox", said, "`jupyter server list` tells which servers run.")
    if tried:
        return note("outbox", f"{waits}: {tried[0].last_error}")
    return fine("outbox", f"{waits}.{'' if leads else ' Another process delivers it.'}")


def _disk(folder: Path, most_bytes: int, local_disk: str) -> Iterator[Finding]:
    if kind := network_file_system_of(folder):
        yield problem(
            "outbox's disk",
            f"It is a network file system ({kind}), on which a save may be lost: its locks and "
            "its memory are not shared as SQLite needs it.",
            local_disk,
        )
        return
    yield _room(folder, most_bytes, local_disk)
    yield _writing(folder, local_disk)


def _folder(folder: Path) -> Iterator[Finding]:
    if folder.stat().st_mode & _OTHERS and os.name == "posix":
        yield note(
            "outbox's folder",
            "Others on this machine may look into it.",
            f"chmod -R go= {folder}",
            answer="open",
        )


def _room(folder: Path, most_bytes: int, local_disk: str) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < _LITTLE_BYTES:
        return problem("outbox's disk", f"Only {size(free)} are free.", local_disk)
    if free < most_bytes:
        return note(
            "outbox's disk",
            f"{size(free)} are free; the outbox may take {size(most_bytes)}.",
            "Lower BookstoreSettings.outbox_max_bytes, or use a larger disk.",
        )
    return fine("outbox's disk", f"{size(free)} are free.")


def _writing(folder: Path, local_disk: str) -> Finding:
    """Write a little for certain, as each save does."""
    times = []
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            for _ in range(_TRIES):
                started = time.monotonic()
                file.write(b"probe")
                file.flush()
                os.fsync(file.fileno())
                times.append(time.monotonic() - started)
    except OSError as error:
        return problem("outbox's folder", f"It cannot be written: {error.strerror}.", local_disk)
    took_s = statistics.median(times)
    said = f"Writing for certain takes {1000 * took_s:.1f} ms."
    if took_s > _SLOW_S:
        do = "Each save waits for that: a faster disk makes saving faster."
        return note("outbox's folder", said, do, answer="slow")
    return fine("outbox's folder", said)
