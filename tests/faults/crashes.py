"""Scenarios in which the server dies, or is told to end."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from random import Random

from fault_proxy import delay
from harness import (
    PATHS,
    UNANSWERED,
    Outcome,
    User,
    outcome_of,
    scenario,
    serving,
    wait_until_over,
)
from processes import Server
from stores_under_test import StoreUnderTest

MOST_SAVES_FIRST = 25
LATEST_S = 0.6
"""A kill comes so long after a few saves at the latest, at a random moment of the saves that go on:
late enough for some to have been delivered, and others to be under way."""


@scenario("kill -9 at random moments", saves=1000, saves_quick=40, speaks_s3=False)
def kill_9(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The server is killed in the middle of a save, over and over; each time another starts."""
    return killed_again_and_again("kill -9 at random moments", place, store, saves=saves)


def killed_again_and_again(
    name: str, place: Path, store: StoreUnderTest, *arguments: str, saves: int
) -> Outcome:
    """Kill a server with these *arguments* at random moments until so many saves were answered."""
    user, random = User(), Random(1)
    while user.count < saves:
        with serving(place, store, *arguments) as server:
            _save_until_killed(server, user, random)
            server.kill()
        user.look_at_files(server)
    return _finish(name, place, store, user, *arguments)


def _save_until_killed(server: Server, user: User, random: Random) -> None:
    user.save_in_turn(server, random.randint(1, MOST_SAVES_FIRST))
    killer = threading.Timer(random.uniform(0, LATEST_S), server.process.kill)
    killer.start()
    with contextlib.suppress(*UNANSWERED):
        while True:
            user.save(server, random.choice(PATHS))


@scenario("SIGTERM with a backlog", saves=300, saves_quick=30, speaks_s3=False)
def sigterm(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """A slow store has most saves still to come when the server is told to end: it delivers until
    its deadline, and the next one delivers what is left."""
    user = User()
    if store.s3 is not None:
        store.proxy.fail(delay(0.3))
    with serving(place, store, "--BookstoreSettings.drain_deadline_s=3") as server:
        user.save_in_turn(server, saves)
        server.stop()
    if store.s3 is not None:
        store.proxy.recover()
    return _finish("SIGTERM with a backlog", place, store, user)


@scenario("two servers on one outbox, one killed", saves=200, saves_quick=20, speaks_s3=False)
def two_servers(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Both add to the outbox and one delivers it, until it is killed; twice, in turn."""
    user = User()
    part = saves // 4
    with serving(place, store) as first, serving(place, store) as second:
        for doomed, other in ((first, second), (second, first)):
            for number in range(part):
                user.save((first, second)[number % 2], PATHS[number % 2])
            doomed.kill()
            user.save_in_turn(other, part)
            if doomed is first:
                first.__enter__()
    return _finish("two servers on one outbox, one killed", place, store, user)


def _finish(name: str, place: Path, store: StoreUnderTest, user: User, *arguments: str) -> Outcome:
    with serving(place, store, *arguments) as server:
        wait_until_over(server, user, store)
    return outcome_of(name, user, store)
