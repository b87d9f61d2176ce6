"""Scenarios in which the store, or the network before it, does not do what it is told."""

from __future__ import annotations

from pathlib import Path

from fault_proxy import (
    Fault,
    answer_with,
    cut_in_mid_body,
    delay,
    hang,
    lie_about_etag,
    lose_answer,
)
from harness import (
    CONNECTION_FAILED,
    Outcome,
    User,
    outcome_of,
    scenario,
    serving,
    wait_until_over,
    wait_until_told,
)
from stores_under_test import StoreUnderTest

ANSWERS = (
    (answer_with(403, "AccessDenied"), "the store does not allow it"),
    (answer_with(500, "InternalError"), "the store failed"),
    (answer_with(503), "503"),
    (answer_with(503, "SlowDown"), "the store is busy"),
)
"""What a store says, and what the user is told of it."""


@scenario("store down", saves=200, saves_quick=20)
def store_down(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Connections are refused, and those there are break."""
    user = User()
    with serving(place, store) as server:
        user.save_in_turn(server, saves // 2)
        store.proxy.refuse()
        user.save_in_turn(server, saves - saves // 2)
        wait_until_told(server, CONNECTION_FAILED)
        store.proxy.recover()
        wait_until_over(server, user, store)
    return outcome_of("store down", user, store)


@scenario("store hanging", saves=200, saves_quick=20)
def store_hanging(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The store takes what it is sent, says nothing, and carries it out when it is back: late."""
    told = "did not answer within 2 seconds"
    return _while_failing("store hanging", place, store, saves, hang, told, store_timeout_s=2.0)


@scenario("answer lost after storing", saves=120, saves_quick=12)
def answer_lost(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The store does as it is told, and the connection breaks before its answer comes."""
    told = CONNECTION_FAILED
    return _while_failing("answer lost after storing", place, store, saves, lose_answer, told)


@scenario("connection cut in mid-body", saves=120, saves_quick=12)
def connection_cut(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The connection breaks when half of the body has gone through."""
    told = CONNECTION_FAILED
    return _while_failing("connection cut in mid-body", place, store, saves, cut_in_mid_body, told)


@scenario("200 with a wrong ETag", saves=120, saves_quick=12)
def wrong_etag(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The store says yes, with the ETag of something else."""
    told = "a checksum that is not the body's"
    return _while_failing("200 with a wrong ETag", place, store, saves, lie_about_etag, told)


def _while_failing(
    name: str,
    place: Path,
    store: StoreUnderTest,
    saves: int,
    fault: Fault,
    told: str,
    store_timeout_s: float = 10.0,
) -> Outcome:
    user = User()
    with serving(place, store, store_timeout_s=store_timeout_s) as server:
        user.save_in_turn(server, 3)
        server.wait_until_delivered()
        store.proxy.fail(fault)
        user.save_in_turn(server, saves - 6)
        wait_until_told(server, told)
        store.proxy.recover()
        user.save_in_turn(server, 3)
        wait_until_over(server, user, store)
    return outcome_of(name, user, store)


@scenario("store answering 403, 500, 503, SlowDown", saves=200, saves_quick=12)
def store_refusing(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The store, or a gateway before it, says no to everything: one way after the other."""
    user = User()
    with serving(place, store) as server:
        for fault, told in ANSWERS:
            store.proxy.fail(fault, all_requests=True)
            user.save_in_turn(server, saves // len(ANSWERS))
            wait_until_told(server, told)
            store.proxy.recover()
            wait_until_over(server, user, store)
    return outcome_of("store answering 403, 500, 503, SlowDown", user, store)


@scenario("slow store, fast typist", saves=200, saves_quick=40)
def slow_store(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """A save comes in far less time than the store takes for one."""
    user = User()
    store.proxy.fail(delay(0.1))
    with serving(place, store) as server:
        user.save_in_turn(server, saves)
        server.wait_until_delivered()
    return outcome_of("slow store, fast typist", user, store)
