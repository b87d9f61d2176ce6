"""Results of papermill: what it reads is a version, and what it writes becomes one.

Knows: addresses, runs.  Must not know: papermill, who asks.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..concurrency.background import start_in_background
from ..errors import TooLarge
from ..history import Entry
from ..scheduling import RunKeeper, Status, settle
from ..scheduling.executed import Executed, in_words
from ..scheduling.keeper import patiently
from ..wiring import Bookstore
from ..words import size
from . import resolving
from .addresses import Address, quoted
from .places import key_of, result_key

LAST_WRITE_S = 30.0
"""How long, after a run has ended, papermill's last write is waited for."""


@dataclass(kw_only=True)
class _Going:
    """A run that goes on."""

    keeper: RunKeeper
    around: BaseException | None
    """What was raised before the run began, where papermill was called while that was handled."""
    body: bytes
    """What papermill wrote last."""
    giving_up: asyncio.Task[None] | None = None
    """Waits for papermill's last write, once the run has ended."""


class Results:
    """Reads versions and writes results; of each result there is one version, at its end."""

    stopped_because = ""
    """Why somebody ends the run of this process, once somebody does."""

    def __init__(self, bookstore: Bookstore, *, author: str) -> None:
        self._bookstore = bookstore
        self._author = author
        self._read: dict[int, tuple[str, Entry]] = {}
        """What each thread read last, and by which address: papermill stays in one for a run."""
        self._going: dict[tuple[str, str], _Going] = {}

    async def read(self, address: str, *, thread: int = 0) -> bytes:
        """Return the body of the version that *address* means, to *thread*."""
        found = await resolving.read(self._bookstore, Address.parse(address))
        self._read[thread] = address, found.entry
        return found.body

    async def write(
        self, address: str, body: bytes, *, thread: int = 0, raised: BaseException | None = None
    ) -> None:
        """Keep *body*: the result of a run, or what there is of it yet.

        *raised*: what goes through *thread* meanwhile, and ends the run, unless it did before.
        """
        executed = await asyncio.to_thread(Executed.of, body)
        run = address, executed.started
        going = self._going.get(run)
        await self._check_size(body, going, run)
        if going is None:
            keeper = self._keeper(address, executed, thread)
            if executed.has_ended or not executed.started:
                await keeper.finish(body, _status(executed), executed.error)
                return
            await patiently(settle(self._bookstore))  # the next run does what is left
            await keeper.begin(body)
            self._going[run] = _Going(keeper=keeper, around=raised, body=body)
            return
        going.body = body
        if not executed.has_ended:
            going.keeper.progress(body)
        elif raised is not None and raised is not going.around:
            del self._going[run]  # papermill writes no more
            error = self.stopped_because or _in_words(raised, executed)
            await going.keeper.interrupted(body, error)
            await going.keeper.finish(body, "interrupted", error)
        elif going.giving_up is None:
            await going.keeper.interrupted(body)
            going.giving_up = start_in_background(self._give_up(run, going, body))
        else:
            going.giving_up.cancel()
            await going.keeper.finish(body, _status(executed), executed.error)
            del self._going[run]

    async def list(self, address: str) -> list[str]:
        """Return the addresses of the notebooks in a folder, in the order of their names."""
        place = address.rstrip("/")
        folder = f"{key_of(self._bookstore, Address.parse(place))}/"
        keys = [each.key async for each in self._bookstore.store.list(folder)]
        names = [key.removeprefix(folder) for key in keys]
        return [f"{place}/{quoted(name)}" for name in names if "/" not in name]

    async def _check_size(self, body: bytes, going: _Going | None, run: tuple[str, str]) -> None:
        """Let a run end whose result has grown too large: what it had made before is kept."""
        most = self._bookstore.settings.run_max_bytes
        if len(body) <= most:
            return
        error = f"The result is larger than {size(most)}."
        if going is not None:
            self._going.pop(run)
            if going.giving_up is not None:
                going.giving_up.cancel()
            await going.keeper.finish(going.body, "interrupted", error)
        raise TooLarge(error, hint="The administrator can set BookstoreSettings.run_max_bytes.")

    def _keeper(self, address: str, executed: Executed, thread: int) -> RunKeeper:
        asked, read = self._read.get(thread, ("", None))
        source = read if asked == executed.input_path else None
        return RunKeeper(
            self._bookstore,
            key=result_key(self._bookstore, Address.parse(address)),
            source=source.address if source else "",
            author=self._author,
        )

    async def _give_up(self, run: tuple[str, str], going: _Going, body: bytes) -> None:
        await asyncio.sleep(LAST_WRITE_S)
        del self._going[run]
        await going.keeper.finish(body, "interrupted")


def _in_words(raised: BaseException, executed: Executed) -> str:
    first, *_ = str(raised).strip().splitlines() or [""]
    return in_words(type(raised).__name__, first, cell=executed.last_begun)


def _status(executed: Executed) -> Status:
    if not executed.started:
        return "prepared"
    return "failed" if executed.error else "succeeded"
