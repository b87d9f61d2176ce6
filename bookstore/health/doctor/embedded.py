"""Examine the embedded store's file: what is in it, how far it is packed, and whether it is sound.

Knows: the embedded store.  Must not know: its tables.
"""

from __future__ import annotations

from ...databases.asides import MovedAside, Why
from ...errors import StoreError
from ...store.local.measuring import Measured
from ...store.local.store import DATABASE, LocalStore
from ...words import count, size
from .findings import Finding, failed, fine, note, problem

CHECK_S = 5.0
_ONE = {"versions": "version", "saves": "waiting save"}
_WHY: dict[Why, str] = {
    "damaged": "the store's file was damaged",
    "later": "the store's file was written by a later release",
    "foreign": "something else was in the place of the store's file",
    "emptied": "the store's file was emptied, and this is what its log still had",
    "gone": "the store's file was removed, and this is what its log still had",
}
_ASIDE = "file that was moved aside"
_IF_KEPT = "Keep it until `jupyter bookstore migrate` says that nothing is left in it."
_IF_LOST = (
    "What else there was comes back from a copy of the store, if you have one. If not, run "
    "`jupyter bookstore migrate`, and remove that file: this is told as long as it is there."
)
_VERSIONS, _FILE = "versions", "store's file"


async def examine_embedded(store: LocalStore) -> list[Finding]:
    """Look at what *store* holds, changing nothing."""
    try:
        measured = await store.upkeep.measured()
        wrong = await store.upkeep.quick_check(CHECK_S)
        asides = await store.upkeep.asides()
    except StoreError as error:
        return [failed(_FILE, error)]
    return [_packed(measured), _soundness(wrong), *_asides(store, asides)]


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


def _asides(store: LocalStore, known: list[MovedAside]) -> list[Finding]:
    told = {moved.file.name: _became_of(moved) for moved in known}
    names = sorted(
        file.name
        for file in store.directory.glob(f"{DATABASE}.*")
        if not file.name.endswith(("-wal", "-shm"))
    )
    losses = {moved.file.name for moved in known if _has_lost(moved)}
    return [
        problem(_ASIDE, f"{name}{told.get(name, '')}.", _IF_LOST)
        if name in losses
        else note(_ASIDE, f"{name}{told.get(name, '')}.", _IF_KEPT)
        for name in names
    ]


def _has_lost(moved: MovedAside) -> bool:
    """May something have been in it that is nowhere now?"""
    return moved.why in ("emptied", "gone", "foreign") or any(
        each.left or (each.holds == "versions" and not each.taken) for each in moved.rescued
    )


def _became_of(moved: MovedAside) -> str:
    """Return what became of what was in it, in words."""
    counts = [f"{count(each.taken, _ONE[each.holds])} went on" for each in moved.rescued]
    lost = [f"{each.left:,} cannot be read" for each in moved.rescued if each.left]
    return f": {_WHY[moved.why]}; {', '.join([*counts, *lost])}"
