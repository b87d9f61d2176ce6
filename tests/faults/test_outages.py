"""Whatever the store does, saves go on, nothing is lost, and the user can see why it waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from harness import status
from processes import WITHOUT_FRONT_ENDS, Server, eventually
from proxy import Proxy
from s3_server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, admin, new_bucket, running_s3_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with running_s3_server() as url:
        yield url


@pytest.fixture
def proxy(s3_url: str) -> Iterator[Proxy]:
    with Proxy(s3_url) as proxy:
        yield proxy


@pytest.fixture
def bucket(s3_url: str) -> str:
    return new_bucket(s3_url)


@pytest.fixture
def server(tmp_path: Path, proxy: Proxy, bucket: str) -> Iterator[Server]:
    """A server that keeps versions in S3, behind the proxy."""
    environment = {
        "JPYNB_S3_ENDPOINT_URL": proxy.url,
        "JPYNB_S3_BUCKET": bucket,
        "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }
    quick = ("--BookstoreSettings.store_timeout_s=2", "--BookstoreSettings.drain_deadline_s=2")
    with Server(
        home=tmp_path, arguments=WITHOUT_FRONT_ENDS + quick, environment=environment
    ) as server:
        yield server
    assert SECRET_ACCESS_KEY not in server.log


def versions(s3_url: str, bucket: str, path: str) -> list[bytes]:
    """The versions of *path*, oldest first, read with another S3 tool."""
    client = admin(s3_url)
    key = f"workspace/{path}"
    listed = client.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
    return [
        client.get_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])["Body"].read()
        for version in reversed(listed)
    ]


def wait_for_problem(server: Server) -> dict[str, Any]:
    """The status, once it says why saves wait."""
    eventually(lambda: status(server)["store"]["last_error"], "a problem is told")
    return status(server)


def wait_until_settled(server: Server) -> None:
    """Return once it is settled which version of a notebook is the newest."""
    [file] = (server.home / "data" / "bookstore" / "outbox").glob("*/outbox.sqlite3")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as outbox:
        unsettled = "SELECT count(*) FROM unsettled"
        eventually(lambda: outbox.execute(unsettled).fetchone() == (0,), "nothing is unsettled")


def test_fifty_quick_saves_are_fifty_versions_in_s3(
    server: Server, s3_url: str, bucket: str
) -> None:
    for number in range(50):
        server.save("a.ipynb", f"saved-{number:02}-")
    server.wait_until_delivered()
    bodies = versions(s3_url, bucket, "a.ipynb")
    assert [number for number, body in enumerate(bodies) if f"-{number:02}-".encode() in body] == [
        *range(50)
    ]
    assert bodies[-1] == (server.root / "a.ipynb").read_bytes()


def test_forty_one_saves_through_an_outage_are_forty_one_versions(
    server: Server, proxy: Proxy, s3_url: str, bucket: str
) -> None:
    """Seconds without a store used to cost every save made meanwhile."""
    proxy.refuse()
    server.save("a.ipynb", "saved-00-")
    wait_for_problem(server)
    for number in range(1, 41):
        server.save("a.ipynb", f"saved-{number:02}-")
    told = status(server)
    assert told["store"]["reachable"] is False
    assert told["outbox"]["depth"] == 41
    proxy.listen()
    server.wait_until_delivered()
    bodies = versions(s3_url, bucket, "a.ipynb")
    assert len(bodies) == 41
    assert all(f"saved-{n:02}-".encode() in body for n, body in enumerate(bodies))


def test_a_store_that_never_answers_delays_no_save_and_says_why(
    server: Server, proxy: Proxy, s3_url: str, bucket: str
) -> None:
    """A hung endpoint used to hold the lock for ever, with nothing logged."""
    proxy.swallow()
    server.save("a.ipynb", "saved-0-")
    assert "did not answer within 2" in wait_for_problem(server)["store"]["last_error"]
    assert "did not answer within 2" in server.log
    for number in range(1, 20):
        server.save("a.ipynb", f"saved-{number}-")
    proxy.answer()
    server.wait_until_delivered()
    wait_until_settled(server)
    bodies = versions(s3_url, bucket, "a.ipynb")  # what was given up may have landed late
    firsts = list(dict.fromkeys(bodies))
    assert [f"saved-{n}-".encode() in body for n, body in enumerate(firsts)] == [True] * 20
    assert bodies[-1] == (server.root / "a.ipynb").read_bytes()


def test_what_an_outage_left_is_delivered_at_the_next_start(
    server: Server, proxy: Proxy, s3_url: str, bucket: str
) -> None:
    proxy.refuse()
    for number in range(5):
        server.save("a.ipynb", f"saved-{number}-")
    server.stop()
    proxy.listen()
    with server:
        server.wait_until_delivered()
    assert len(versions(s3_url, bucket, "a.ipynb")) == 5


def test_a_missing_bucket_is_told_and_healed_by_making_it(tmp_path: Path, s3_url: str) -> None:
    environment = {
        "JPYNB_S3_ENDPOINT_URL": s3_url,
        "JPYNB_S3_BUCKET": "made-too-late",
        "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS, environment=environment) as server:
        server.save("a.ipynb", "saved-0-")
        [entry] = wait_for_problem(server)["outbox"]["entries"]
        assert entry["refused"]
        assert "made-too-late" in entry["last_error"]
        info = server.request("GET", "api/bookstore")
        assert not info["features"]["archive_valid"]
        assert any("made-too-late" in problem for problem in info["problems"])
        client = admin(s3_url)
        client.create_bucket(Bucket="made-too-late")
        client.put_bucket_versioning(
            Bucket="made-too-late", VersioningConfiguration={"Status": "Enabled"}
        )
        server.stop()  # a stopping server tries everything once more
    assert len(versions(s3_url, "made-too-late", "a.ipynb")) == 1
