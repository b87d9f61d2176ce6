"""What a user did, what the store has of it, and the difference: the outcome of a scenario.

A save is acknowledged when Jupyter answered it with success.  Each acknowledged save's exact bytes
have to be a version, and the first appearances of a notebook's saves have to be in their order.

Knows: a server process, a store under test.  Must not know: faults.
"""

from __future__ import annotations

import http.client
import itertools
import json
import time
import urllib.error
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from notebooks import notebook, on_disk
from processes import WITHOUT_FRONT_ENDS, Server, eventually
from stores_under_test import StoreUnderTest, Version

PATHS = ("a.ipynb", "b.ipynb", "c.ipynb")
UNANSWERED = (OSError, urllib.error.URLError, http.client.HTTPException)
CONNECTION_FAILED = "the connection to the store failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the saves of one scenario."""

    scenario: str
    acknowledged: int
    versions: int
    """All that the store has, duplicates included."""
    lost: int
    """Acknowledged saves of whose bytes there is no version."""
    duplicates: int
    """Versions beyond the first of the same bytes: a delivery was repeated."""
    out_of_order: int
    """Acknowledged saves that appear before one that was saved earlier, and notebooks of which the
    newest version is not the last save."""
    wrong_bytes: int
    """Versions of bytes that nobody saved."""
    longest_delay_s: float
    """The longest time from an answer to Jupyter's client until the store had the version."""

    @property
    def is_flawless(self) -> bool:
        """Is everything there, once or more, in order, and nothing else?"""
        return not (self.lost or self.out_of_order or self.wrong_bytes)


Scenario: TypeAlias = Callable[..., Outcome]


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A scenario, as the table and the tests know it."""

    name: str
    run: Scenario
    speaks_s3: bool
    """Does it need a store behind a proxy?"""
    saves: int
    """How many saves it makes at full scale."""
    saves_quick: int
    """How many in a quick run."""


SCENARIOS: list[Registered] = []


def scenario(
    name: str, *, saves: int, saves_quick: int, speaks_s3: bool = True
) -> Callable[[Scenario], Scenario]:
    """Register a scenario: ``run(place, store, *, saves) -> Outcome``."""

    def register(run: Scenario) -> Scenario:
        SCENARIOS.append(
            Registered(
                name=name,
                run=run,
                speaks_s3=speaks_s3,
                saves=saves,
                saves_quick=saves_quick,
            )
        )
        return run

    return register


@dataclass(frozen=True, kw_only=True)
class _Acknowledged:
    body: bytes
    at: float
    """Of the monotonic clock."""
    wall_at: float


class User:
    """Saves notebooks, and keeps count of what was acknowledged."""

    def __init__(self, *, beside: User | None = None) -> None:
        """*beside*: somebody else who saves the same notebooks."""
        self.acknowledged: dict[str, list[_Acknowledged]] = {}
        self.possible: set[bytes] = beside.possible if beside else set()
        """Bytes that were sent, or found on disk: none others may be versions."""
        self.last = b""
        """What was sent last, whatever became of it."""
        self.unanswered: dict[str, set[bytes]] = {}
        """Of each path: what may have become a version after its last acknowledged save."""
        self._numbers: Iterator[int] = beside._numbers if beside else itertools.count()
        self._newest: dict[str, str] = {}  # sources

    def save(self, server: Server, path: str) -> None:
        """Save new content at *path*; raises what the client sees when there is no answer."""
        source = f"saved-{next(self._numbers)}"
        body = bytes_of(source)
        self.last = body
        self.possible.add(body)
        self.unanswered.setdefault(path, set()).add(body)
        server.save(path, source)
        self._newest[path] = source
        self.note(path, body)

    def save_again(self, server: Server, path: str) -> None:
        """Save what was saved last at *path*, unchanged."""
        server.save(path, self._newest[path])

    def save_in_turn(self, server: Server, count: int, *, paths: Sequence[str] = PATHS) -> None:
        """Save *count* times, one notebook after the other."""
        for _, path in zip(range(count), itertools.cycle(paths), strict=False):
            self.save(server, path)

    def note(self, path: str, body: bytes) -> None:
        """Count a save as acknowledged now."""
        self.possible.add(body)
        self.unanswered[path] = set()
        saves = self.acknowledged.setdefault(path, [])
        saves.append(_Acknowledged(body=body, at=time.monotonic(), wall_at=time.time()))

    def look_at_files(self, server: Server) -> None:
        """Note what is on disk: a server that died may have left a save unanswered or unfinished,
        and what is on disk may become a version."""
        for file in server.root.glob("*.ipynb"):
            self.possible.add(file.read_bytes())
            self.unanswered.setdefault(file.name, set()).add(file.read_bytes())

    def newest(self, path: str) -> set[bytes]:
        """What the newest version at *path* may hold."""
        return {self.acknowledged[path][-1].body, *self.unanswered[path]}

    @property
    def count(self) -> int:
        """How many saves were acknowledged."""
        return sum(map(len, self.acknowledged.values()))


def bytes_of(source: str) -> bytes:
    """The bytes that Jupyter writes when ``Server.save`` saves *source*."""
    return on_disk(notebook(source))


@contextmanager
def serving(
    place: Path,
    store: StoreUnderTest,
    *arguments: str,
    store_timeout_s: float = 10.0,
    **environment: str,
) -> Iterator[Server]:
    """Run a Jupyter server that keeps its versions in *store*, and gives it up sooner than by
    default when it is silent."""
    patience = f"--BookstoreSettings.store_timeout_s={store_timeout_s}"
    with Server(
        home=place,
        arguments=(*WITHOUT_FRONT_ENDS, patience, *arguments),
        environment={**store.environment, **environment},
    ) as server:
        yield server


def status(server: Server) -> dict[str, Any]:
    """What the server says about its store and its outbox."""
    told: dict[str, Any] = server.request("GET", "api/bookstore/status")
    return told


def problems(server: Server) -> list[str]:
    """What the status says that is wrong; a status that cannot be told says why."""
    try:
        told = status(server)
    except urllib.error.HTTPError as error:
        return [json.loads(error.read())["message"]]
    return [told["store"]["last_error"], *told["problems"]]


def wait_until_told(server: Server, words: str) -> None:
    """Return once the status says *words* of the store, or as a problem."""

    said: set[str] = set()

    def is_told() -> bool:
        said.update(problems(server))
        return any(words in text for text in said)

    eventually(is_told, {words: said})


def outbox_files(place: Path) -> list[Path]:
    """The databases of the outboxes below *place*."""
    return sorted(place.rglob("outbox.sqlite3"))


def wait_until_over(server: Server, user: User, store: StoreUnderTest) -> None:
    """Return once everything is delivered, whatever was on its way to the store is there, and what
    landed late is covered up again."""
    server.wait_until_delivered()
    if store.s3 is not None:
        eventually(lambda: not store.proxy.under_way, "nothing is on its way")
    for path in user.acknowledged:
        may_be = user.newest(path)
        eventually(lambda: store.newest(path) in may_be, f"the last save of {path} is the newest")  # noqa: B023


def outcome_of(
    name: str,
    user: User,
    store: StoreUnderTest,
    *,
    before: dict[str, list[Version]] | None = None,
) -> Outcome:
    """Compare what was acknowledged with what the store has; *before*: what was found in it
    earlier, and was destroyed by its administrator since."""
    found = {path: [*(before or {}).get(path, ()), *store.versions(path)] for path in PATHS}
    firsts = {path: _firsts(versions) for path, versions in found.items()}
    everything = [version for versions in found.values() for version in versions]
    values = {
        "acknowledged": user.count,
        "versions": len(everything),
        "lost": sum(
            save.body not in firsts[path]
            for path, saves in user.acknowledged.items()
            for save in saves
        ),
        "duplicates": len(everything) - sum(map(len, firsts.values())),
        "out_of_order": sum(
            _out_of_order([save.body for save in saves], firsts[path])
            for path, saves in user.acknowledged.items()
        )
        + sum(
            versions[-1].body not in user.newest(path)
            for path, versions in found.items()
            if versions and path in user.acknowledged
        ),
        "wrong_bytes": sum(version.body not in user.possible for version in everything),
    }
    return Outcome(scenario=name, **values, longest_delay_s=_longest_delay(user, found, store))


def _firsts(versions: list[Version]) -> dict[bytes, int]:
    return {version.body: place for place, version in reversed([*enumerate(versions)])}


def _out_of_order(saved: list[bytes], firsts: dict[bytes, int]) -> int:
    places = [firsts[body] for body in saved if body in firsts]
    return sum(place < max(places[:i], default=-1) for i, place in enumerate(places))


def _longest_delay(user: User, found: dict[str, list[Version]], store: StoreUnderTest) -> float:
    delays = [0.0]
    for path, saves in user.acknowledged.items():
        stored = {version.body: version for version in reversed(found[path])}
        for save in saves:
            if save.body not in stored:
                continue
            if store.s3 is None:
                delays.append(stored[save.body].stored_at.timestamp() - save.wall_at)
            else:
                digest = sha256(save.body).hexdigest()
                delays.append(store.proxy.stored_at.get(digest, save.at) - save.at)
    return max(delays)


def as_row(outcome: Outcome) -> tuple[str, ...]:
    """The cells of *outcome* in the table."""
    values = [getattr(outcome, field.name) for field in fields(Outcome)]
    return tuple(f"{value:.1f}" if isinstance(value, float) else str(value) for value in values)
