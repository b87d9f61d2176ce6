"""Examine the embedded store's file: what is in it, how far it is packed, and whether it is sound.

Knows: the embedded store.  Must not know: its tables.
"""

from __future__ import annotations

from ...errors import StoreError
from ...store.local.measuring import Measured
from ...store.local.store import DATABASE, LocalStore
from ...words import count, size
from .findings import Finding, failed, fine, note, problem

CHECK_S = 5.0
_VERSIONS, _FILE = "versions", "store's file"


async def examine_embedded(store: LocalStore) -> list[Finding]:
    """Look at what *store* holds, changing nothing."""
    try:
        measured = await store.upkeep.measured()
        wrong = await store.upkeep.quick_check(CHECK_S)
    except StoreError as error:
        return [failed(_FILE, error)]
    return [_packed(measured), _soundness(wrong), *_asides(store)]


def told(measured: Measured) -> str:
    """Return in one line what is there, and what of it is left to do."""
    there = f"{count(measured.versions, 'version')}, {size(measured.size_bytes)}"
    said = f"{there}; {measured.in_pieces:,} in pieces, which take {size(measured.pieces_bytes)}"
    if measured.left:
        said += f", {measured.left:,} whole, {size(measured.left_bytes)}"
    if measured.earlier:
        said += f", {measured.earlier:,} of them in the folder of an earlier release"
    if measured.aside:
        said += f", {measured.aside:,} of them in a file that was moved aside"
    return f"{said}."


def _packed(measured: Measured) -> Finding:
    if measured.earlier or measured.aside:
        do = "A server packs them in the background; `jupyter bookstore migrate` does it now."
        return note(_VERSIONS, told(measured), do, answer=f"{measured.left} left")
    return fine(_VERSIONS, told(measured))


def _soundness(wrong: str | None) -> Finding:
    if wrong is None:
        return note(_FILE, f"Whether it is sound was not known after {CHECK_S:.0f} seconds.")
    if wrong:
        do = "What can be read goes on in a new file by itself; bring the rest back from a copy."
        return problem(_FILE, f"It is damaged: {wrong}", do)
    return fine(_FILE, "It is sound.")


def _asides(store: LocalStore) -> list[Finding]:
    names = sorted(
        file.name
        for file in store.directory.glob(f"{DATABASE}.*")
        if not file.name.endswith(("-wal", "-shm"))
    )
    if not names:
        return []
    said = f"Moved aside, because it was damaged or of a later release: {', '.join(names)}."
    do = "Keep it until `jupyter bookstore migrate` says that nothing is left in it."
    return [note("file that was moved aside", said, do)]
