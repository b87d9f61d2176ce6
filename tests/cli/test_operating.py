"""``status`` and ``drain``: what waits is told, and delivered."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import Desk, run
from desks import store_desk
from embedded import only_store, out_of_use
from processes import WITHOUT_FRONT_ENDS, Server
from proxy import Proxy

from bookstore.files.noted_roots import remembered_roots


@pytest.fixture
def outage(s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """What is in front of a store that refuses connections until it is told to listen."""
    with Proxy(s3_settings["JPYNB_S3_ENDPOINT_URL"]) as proxy:
        monkeypatch.setenv("JPYNB_S3_ENDPOINT_URL", proxy.url)
        proxy.refuse()
        yield proxy


@pytest.fixture
def waiting(outage: Proxy, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with a save that the store did not take."""
    monkeypatch.setattr("bookstore.delivery.turns.BASE_DELAY_S", 0.01)
    desk = store_desk(Path.cwd(), "s3")
    desk.save("a.ipynb", "1")
    return desk


def test_status_says_that_nothing_waits(desk: Desk) -> None:
    ran = run("status")
    assert ran.code == 0, ran.err
    assert "Waiting: nothing" in ran.out
    told = run("status", "--json").json
    assert told["outbox"]["depth"] == 0
    assert told["problems"] == []


def test_status_tells_who_has_answered(desk: Desk) -> None:
    answered_by = run("status", "--json").json["answered_by"]
    begins = {
        "server": "the server at http",
        "s3": "the store s3://",
        "embedded": "the store local",
    }
    assert answered_by.startswith(begins[desk.kind])
    without = run("status", "--json", "--no-server").json["answered_by"]
    assert without.startswith("the store ")


def test_looking_makes_nothing(home: Path) -> None:
    """Neither a store nor an outbox: the folder would look as if it had a history."""
    for words in (("status",), ("log", "a.ipynb"), ("deleted",), ("drain",), ("published",)):
        run(*words)
    assert not (home / "data" / "bookstore").exists()


def test_what_waits_is_shown_with_the_reason(waiting: Desk) -> None:
    ran = run("status")
    assert ran.code == 1
    [line] = [line for line in ran.out.splitlines() if line.startswith("a.ipynb")]
    assert "the connection to the store failed" in line
    assert "1 save, " in ran.out


def test_what_waits_is_in_the_log(waiting: Desk, outage: Proxy) -> None:
    outage.listen()
    [version] = run("log", "a.ipynb", "--json").json["versions"]
    assert version["pending"] is True
    assert version["version_id"].startswith("save:")
    assert "waits" in run("log", "a.ipynb").out
    assert run("show", "a.ipynb").code == 0


def test_what_cannot_be_delivered_is_left_and_said(waiting: Desk) -> None:
    ran = run("drain", "--timeout", "5")
    assert (ran.code, ran.out) == (1, "")
    assert "1 save waits still" in ran.err
    assert "the connection to the store failed" in ran.err


def test_what_waits_is_delivered_on_demand(waiting: Desk, outage: Proxy) -> None:
    outage.listen()
    ran = run("drain")
    assert ran.code == 0, ran.err
    assert "Nothing waits" in ran.out
    [version] = run("log", "a.ipynb", "--json").json["versions"]
    assert version["pending"] is False


def test_a_running_server_delivers_and_is_waited_for(
    home: Path, s3_settings: dict[str, str]
) -> None:
    with Proxy(s3_settings["JPYNB_S3_ENDPOINT_URL"]) as proxy:
        environment = {**s3_settings, "JPYNB_S3_ENDPOINT_URL": proxy.url}
        with Server(home=home, arguments=WITHOUT_FRONT_ENDS, environment=environment) as server:
            proxy.refuse()
            server.save("a.ipynb", "1")
            assert run("drain", "--timeout", "0.5").code == 1
            back = threading.Timer(1.0, proxy.listen)
            back.start()
            started_at = time.monotonic()
            ran = run("drain", "--timeout", "60", "--json")
            back.join()
            assert ran.json == {"left": 0}
            assert time.monotonic() - started_at > 0.9
            assert remembered_roots() == [server.root.resolve()]


def test_an_outbox_that_cannot_be_read_is_not_called_empty(home: Path) -> None:
    with Server(home=home, arguments=WITHOUT_FRONT_ENDS) as server:
        server.save("a.ipynb", "1")
        server.wait_until_delivered()
        with out_of_use(only_store(home / "data" / "bookstore" / "store").parent):
            for words in (("status",), ("drain", "--timeout", "60")):
                ran = run(*words)
                assert ran.code == 1
                assert "The outbox cannot be used" in ran.err
                assert "nothing" not in ran.out.lower()
