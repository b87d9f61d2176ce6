"""Scenarios of notebooks that live in the store alone: a save is answered when the store has it."""

from __future__ import annotations

import itertools
import json
import threading
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from crashes import killed_again_and_again
from harness import PATHS, Outcome, User, bytes_of, outcome_of, scenario, serving, wait_until_over
from processes import PATIENCE_S, Server, eventually
from stores_under_test import StoreUnderTest, Version

CONTENTS = "--ServerApp.contents_manager_class=bookstore.remote.ObjectStoreContentsManager"
LOOKS_EVERY = 3
"""Of so many saves of one of two, one comes after a look at what is there."""


@scenario("in the store alone: kill -9", saves=300, saves_quick=20, speaks_s3=False)
def kill_9(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The server is killed in the middle of a save, over and over; nothing is on its disk."""
    name = "in the store alone: kill -9"
    outcome = killed_again_and_again(name, place, store, CONTENTS, saves=saves)
    assert not [*place.rglob("*.ipynb")]
    return outcome


@scenario("in the store alone: store down", saves=60, saves_quick=9)
def store_down(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Saves are refused and kept on the server's disk, which is killed; the next server puts them
    into the store.  What was kept and is no version counts as lost."""
    user, kept = User(), dict[str, set[bytes]]()
    part = saves // 2
    with _serving(place, store) as server:
        user.save_in_turn(server, part)
        store.proxy.refuse()
        for number in range(part):
            path = PATHS[number % len(PATHS)]
            code, said = _refusal(server, user, path)
            assert code == 503, said
            assert "kept on this server's disk" in said
            kept.setdefault(path, set()).add(user.last)
        server.kill()
    store.proxy.recover()
    with _serving(place, store) as server:
        server.request("GET", "api/contents/")
        for path, bodies in kept.items():
            eventually(lambda: bodies <= _bodies(store, path), "what was kept is there")  # noqa: B023
        user.save_in_turn(server, saves - part)
        wait_until_over(server, user, store)
    return outcome_of("in the store alone: store down", user, store)


@scenario("in the store alone: two servers, one file", saves=200, saves_quick=24)
def two_servers(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Both save the same notebook at the same moment, again and again.  Who is told that somebody
    else saved looks, and goes on.  A refused edit that is no version counts as lost, and an edit
    that was saved over by who had neither seen it nor was told as out of order."""
    first = User()
    with _serving(place / "one", store) as one, _serving(place / "two", store) as two:
        first.save(one, PATHS[0])
        race = _Race(saves)
        racers = [race.racer(one, first), race.racer(two, User(beside=first))]
        with ThreadPoolExecutor(len(racers)) as threads:
            list(threads.map(_Racer.save_often, racers))
    versions = store.versions(PATHS[0])
    outcomes = []
    for racer, other in (racers, racers[::-1]):
        racer.user.unanswered[PATHS[0]] |= {other.user.acknowledged[PATHS[0]][-1].body}
        outcomes.append(outcome_of("in the store alone: two servers, one file", racer.user, store))
    mine, theirs = outcomes
    refused = racers[0].refused | racers[1].refused
    assert refused, "the two were never in each other's way"
    return replace(
        mine,
        acknowledged=mine.acknowledged + theirs.acknowledged,
        lost=mine.lost + theirs.lost + len(refused - {version.body for version in versions}),
        out_of_order=mine.out_of_order
        + theirs.out_of_order
        + _covered(versions, racers[0], racers[1])
        + _covered(versions, racers[1], racers[0]),
        longest_delay_s=max(mine.longest_delay_s, theirs.longest_delay_s),
    )


@contextmanager
def _serving(place: Path, store: StoreUnderTest) -> Iterator[Server]:
    with serving(place, store, CONTENTS) as server:
        yield server


def _refusal(server: Server, user: User, path: str) -> tuple[int, str]:
    """Save, which is refused; return with which status, and in what words."""
    try:
        user.save(server, path)
    except urllib.error.HTTPError as error:
        return error.code, str(json.loads(error.read())["message"])
    raise AssertionError(f"{path} was saved")


def _bodies(store: StoreUnderTest, path: str) -> set[bytes]:
    return {version.body for version in store.versions(path)}


class _Race:
    """Two save the same notebook at the same moments, until so many saves were acknowledged."""

    def __init__(self, saves: int) -> None:
        self._saves = saves
        self._racers: list[_Racer] = []
        self._start = threading.Barrier(2, self._look)
        self._is_over = False

    def racer(self, server: Server, user: User) -> _Racer:
        """Let somebody take part."""
        self._racers.append(_Racer(self, server, user))
        return self._racers[-1]

    def goes_on(self) -> bool:
        """Wait for the other one; is another save to be made?"""
        self._start.wait(PATIENCE_S)
        return not self._is_over

    def _look(self) -> None:
        self._is_over = sum(racer.user.count for racer in self._racers) >= self._saves


@dataclass
class _Racer:
    """One of two who save the same notebook, each through a server of their own."""

    race: _Race
    server: Server
    user: User
    refused: set[bytes] = field(default_factory=set)
    saved_over: dict[bytes, bytes] = field(default_factory=dict)
    """Of each save that was answered with success, what its user had seen last."""

    def save_often(self) -> None:
        """Save until the race is over, whether it is refused or not."""
        seen = self._look()
        for number in itertools.count():
            if number % LOOKS_EVERY == 0:
                seen = self._look()
            if not self.race.goes_on():
                break
            try:
                self.user.save(self.server, PATHS[0])
            except urllib.error.HTTPError as error:
                if error.code != 409:
                    raise
                self.refused.add(self.user.last)
                seen = self._look()
            else:
                self.saved_over[self.user.last] = seen
                seen = self.user.last

    def _look(self) -> bytes:
        opened = self.server.request("GET", f"api/contents/{PATHS[0]}")
        return bytes_of(opened["content"]["cells"][0]["source"])


def _covered(versions: list[Version], who: _Racer, other: _Racer) -> int:
    """How many saves of *other* were covered by *who* without having been seen, or told."""
    bodies = [version.body for version in versions]
    covered = 0
    for body, seen in who.saved_over.items():
        at = bodies.index(body)
        since = max(place for place in range(at) if bodies[place] == seen)
        covered += sum(each in other.saved_over for each in bodies[since + 1 : at])
    return covered
