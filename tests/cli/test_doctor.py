"""``doctor`` says in words what is wrong and what to set."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Desk, Ran, run
from processes import WITHOUT_FRONT_ENDS, Server
from s3_server import admin, free_port, new_bucket

from bookstore.health.doctor import machine
from bookstore.health.doctor.connection import ConnectionCheckup
from bookstore.health.doctor.findings import Finding
from bookstore.records import utc_now
from bookstore.store.s3.endpoint import Endpoint


def problems(ran: Ran) -> dict[str, dict[str, Any]]:
    """The problems that were found, by what they are about."""
    return {each["what"]: each for each in ran.json["findings"] if each["verdict"] == "problem"}


def test_where_nothing_is_wrong_the_doctor_says_so(desk: Desk) -> None:
    desk.saved("1")
    ran = run("doctor")
    assert ran.code == 0, ran.out
    assert "Nothing is wrong." in ran.out
    assert "PROBLEM" not in ran.out


def test_an_embedded_store_is_not_written_to(embedded: Desk, home: Path) -> None:
    embedded.saved("1")
    [file] = home.glob("data/bookstore/store/*/store.sqlite3")
    before = tables_of(file)
    ran = run("doctor")
    assert ran.code == 0
    assert "What waits, in its file" in ran.out
    assert tables_of(file) == before
    assert [each.name for each in file.parents[1].iterdir()] == [file.parent.name]
    assert {each.name for each in file.parent.iterdir()} <= {file.name, "packing.lock", "reserve"}


def tables_of(file: Path) -> list[str]:
    """All that a database holds."""
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


def test_an_embedded_store_is_not_made_by_looking(home: Path) -> None:
    ran = run("doctor")
    assert "nothing was saved here yet" in ran.out
    assert "0 saves wait" in ran.out
    assert list((home / "data" / "bookstore" / "store").iterdir()) == []


def test_a_bucket_is_left_as_it_was(embedded: Desk, s3_settings: dict[str, str]) -> None:
    told = run("doctor", "--json").json
    verdicts = {each["what"]: each["verdict"] for each in told["findings"]}
    for what in ("credentials", "clock", "versioning", "write", "bring back", "clean up"):
        assert verdicts[what] == "ok", told
    assert {"checksums (Content-MD5)", "conditional puts", "speed"} <= verdicts.keys()
    client = admin(s3_settings["JPYNB_S3_ENDPOINT_URL"])
    left = client.list_object_versions(Bucket=s3_settings["JPYNB_S3_BUCKET"])
    assert "Versions" not in left
    assert "DeleteMarkers" not in left


@pytest.mark.parametrize("versioning", [None, "Suspended"])
def test_a_bucket_without_versions_is_wrong(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, versioning: str | None
) -> None:
    bucket = new_bucket(s3_settings["JPYNB_S3_ENDPOINT_URL"], versioning=versioning)
    monkeypatch.setenv("JPYNB_S3_BUCKET", bucket)
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "enable" in problems(ran)["versioning"]["said"]
    assert f"put-bucket-versioning --bucket {bucket}" in problems(ran)["versioning"]["do"]
    client = admin(s3_settings["JPYNB_S3_ENDPOINT_URL"])
    assert "Versions" not in client.list_object_versions(Bucket=bucket)


def test_a_bucket_that_is_missing_is_wrong(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPYNB_S3_BUCKET", "no-such-bucket")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "s3_bucket" in problems(ran)["bucket"]["said"]


def test_an_endpoint_that_does_not_answer_is_wrong(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPYNB_S3_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "Nothing listens" in problems(ran)["connection"]["said"]
    assert "s3_endpoint_url" in problems(ran)["connection"]["do"]


def test_missing_credentials_are_wrong_and_no_secret_is_shown(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = os.environ["JPYNB_S3_SECRET_ACCESS_KEY"]
    assert secret not in run("doctor").out
    monkeypatch.delenv("JPYNB_S3_ACCESS_KEY_ID")
    monkeypatch.delenv("JPYNB_S3_SECRET_ACCESS_KEY")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "s3_access_key_id" in problems(ran)["credentials"]["do"]


def test_a_provider_is_named_in_words(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", os.environ[f"JPYNB_S3_{name}"])
        monkeypatch.delenv(f"JPYNB_S3_{name}")
    assert "environment variables" in run("doctor").out


def test_an_extension_that_is_off_is_wrong(home: Path) -> None:
    configured = {"ServerApp": {"jpserver_extensions": {"bookstore": False}}}
    configure(home, configured)
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "jupyter server extension enable" in problems(ran)["server extension"]["do"]


@pytest.mark.parametrize("app", ["ServerApp", "NotebookApp"])
def test_a_manager_that_does_not_archive_is_wrong(home: Path, app: str) -> None:
    manager = "jupyter_server.services.contents.filemanager.AsyncFileContentsManager"
    configure(home, {app: {"contents_manager_class": manager}})
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "ArchivingMixin, AsyncFileContentsManager" in problems(ran)["archiver"]["do"]


def test_an_archiver_that_nobody_puts_in_place_is_wrong(home: Path) -> None:
    configure(home, {"BookstoreSettings": {"archive_by_default": False}})
    assert "archive_by_default" in problems(run("doctor", "--json"))["archiver"]["said"]


def test_a_store_folder_that_cannot_be_made_is_wrong(home: Path) -> None:
    (home / "data" / "bookstore").mkdir(parents=True)
    (home / "data" / "bookstore" / "store").touch()
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "local_store_dir" in problems(ran)["embedded store"]["do"]


def test_saves_from_the_future_are_told(embedded: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's clock was set back while saves waited."""
    endpoint = f"http://127.0.0.1:{free_port()}"
    for name, value in (("BUCKET", "books"), ("ENDPOINT_URL", endpoint)):
        monkeypatch.setenv(f"JPYNB_S3_{name}", value)
    embedded.saved("1")
    past = utc_now() - timedelta(days=1)
    monkeypatch.setattr(machine, "utc_now", lambda: past)
    told = run("doctor", "--json").json["findings"]
    assert "this machine's clock" in {each["what"] for each in told}


def test_an_outbox_on_a_network_file_system_is_wrong(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "network_file_system_of", lambda folder: "nfs4")
    found = problems(run("doctor", "--json"))["outbox's disk"]
    assert "nfs4" in found["said"]
    assert "local_store_dir" in found["do"]


def test_an_outbox_that_others_may_read_is_told(embedded: Desk, home: Path) -> None:
    embedded.saved("1")
    [outbox] = home.glob("data/bookstore/store/*")
    outbox.chmod(0o755)
    told = {each["what"]: each for each in run("doctor", "--json").json["findings"]}
    assert f"chmod -R go= {outbox}" in {each["do"] for each in told.values()}


def test_an_outbox_that_cannot_be_made_is_wrong(home: Path, s3_settings: dict[str, str]) -> None:
    (home / "data" / "bookstore").mkdir(parents=True)
    (home / "data" / "bookstore" / "outbox").touch()
    ran = run("doctor", "--json")
    assert "outbox_dir" in problems(ran)["outbox"]["do"]


class Probe:
    """Answers as it is told."""

    def __init__(self, *, skew_s: float | None) -> None:
        self.skew_s = skew_s

    async def credentials(self) -> Any:
        from bookstore.store.s3.probe import Credentials

        return Credentials(True, "the machine's role", True)

    async def endpoint(self) -> Endpoint:
        return Endpoint("https://s3.example.org", is_encrypted=True, is_here=False)

    async def clock_skew_s(self) -> float | None:
        return self.skew_s


@pytest.mark.parametrize(
    ("skew_s", "verdict"), [(0.4, "ok"), (-31.0, "note"), (4000.0, "problem"), (None, "note")]
)
def test_a_clock_that_is_off_is_told(skew_s: float | None, verdict: str) -> None:
    async def clock() -> Finding:
        checkup = ConnectionCheckup(Probe(skew_s=skew_s), timeout_s=5)  # type: ignore[arg-type]
        return [finding async for finding in checkup.findings()][-1]

    assert asyncio.run(clock()).verdict == verdict


SETUPS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "without a workspace": {"workspace_prefix": "/"},
    "without a bucket": {"s3_bucket": "no-such-bucket"},
    "without versions": {"s3_bucket": "unversioned"},
    "without an endpoint": {"s3_endpoint_url": "http://127.0.0.1:9"},
    "nobody archives": {"archive_by_default": False},
}


@pytest.mark.slow
@pytest.mark.parametrize("setup", SETUPS)
def test_the_doctor_and_the_server_agree(
    home: Path, s3_settings: dict[str, str], setup: str
) -> None:
    """``archive_valid`` is true exactly where the doctor finds no problem."""
    changed = dict(SETUPS[setup])
    if changed.get("s3_bucket") == "unversioned":
        endpoint = s3_settings["JPYNB_S3_ENDPOINT_URL"]
        changed["s3_bucket"] = new_bucket(endpoint, versioning=None)
    configure(home, {"BookstoreSettings": changed})
    found = problems(ran := run("doctor", "--json"))
    with Server(home=home, arguments=WITHOUT_FRONT_ENDS, environment=s3_settings) as server:
        told = server.request("GET", "api/bookstore")
    assert told["features"]["archive_valid"] is not bool(found), found
    assert bool(told["problems"]) is bool(found)
    assert ran.code == (1 if found else 0)


def configure(home: Path, values: dict[str, Any]) -> None:
    """Make *values* the user's configuration."""
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(values))
