"""``doctor`` says in words what is wrong and what to set."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Desk, Ran, run
from s3_server import admin, free_port, new_bucket

from bookstore.cli.findings import Finding
from bookstore.cli.machine_checkup import file_system_of
from bookstore.cli.s3_checkup import S3Checkup


def wrong(ran: Ran) -> dict[str, dict[str, Any]]:
    """The findings that are wrong, by what they are about."""
    return {each["what"]: each for each in ran.json["findings"] if each["verdict"] == "wrong"}


def test_nothing_is_wrong(desk: Desk) -> None:
    desk.saved("1")
    ran = run("doctor")
    assert ran.code == 0, ran.out
    assert "Nothing is wrong." in ran.out
    assert "WRONG" not in ran.out


def test_an_embedded_store_is_not_written_to(embedded: Desk, home: Path) -> None:
    embedded.saved("1")
    [journal] = home.glob("data/bookstore/store/*/journal.jsonl")
    before = journal.read_bytes()
    assert run("doctor").code == 0
    assert journal.read_bytes() == before
    assert [each.name for each in journal.parents[1].iterdir()] == [journal.parent.name]


def test_a_bucket_is_left_as_it_was(embedded: Desk, s3_settings: dict[str, str]) -> None:
    told = run("doctor", "--json").json
    verdicts = {each["what"]: each["verdict"] for each in told["findings"]}
    for what in ("credentials", "clock", "versioning", "write", "list versions", "clean up"):
        assert verdicts[what] == "ok", told
    assert {"checksums", "conditional puts"} <= verdicts.keys()
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
    assert "enable" in wrong(ran)["versioning"]["said"]
    client = admin(s3_settings["JPYNB_S3_ENDPOINT_URL"])
    assert "Versions" not in client.list_object_versions(Bucket=bucket)


def test_a_bucket_that_is_missing_is_wrong(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPYNB_S3_BUCKET", "no-such-bucket")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "s3_bucket" in wrong(ran)["bucket"]["said"]


def test_an_endpoint_that_does_not_answer_is_wrong(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPYNB_S3_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert wrong(ran)["reachable"]["do"]


def test_missing_credentials_are_wrong_and_no_secret_is_shown(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = os.environ["JPYNB_S3_SECRET_ACCESS_KEY"]
    assert secret not in run("doctor").out
    monkeypatch.delenv("JPYNB_S3_ACCESS_KEY_ID")
    monkeypatch.delenv("JPYNB_S3_SECRET_ACCESS_KEY")
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "s3_access_key_id" in wrong(ran)["credentials"]["do"]


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
    assert "jupyter server extension enable" in wrong(ran)["server extension"]["do"]


@pytest.mark.parametrize("app", ["ServerApp", "NotebookApp"])
def test_a_manager_that_does_not_archive_is_wrong(home: Path, app: str) -> None:
    manager = "jupyter_server.services.contents.filemanager.AsyncFileContentsManager"
    configure(home, {app: {"contents_manager_class": manager}})
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "ArchivingMixin, AsyncFileContentsManager" in wrong(ran)["archiver"]["do"]


def test_an_archiver_that_nobody_puts_in_place_is_wrong(home: Path) -> None:
    configure(home, {"BookstoreSettings": {"archive_by_default": False}})
    assert "archive_by_default" in wrong(run("doctor", "--json"))["archiver"]["said"]


def test_a_store_folder_that_cannot_be_made_is_wrong(home: Path) -> None:
    (home / "data" / "bookstore").mkdir(parents=True)
    (home / "data" / "bookstore" / "store").touch()
    ran = run("doctor", "--json")
    assert ran.code == 1
    assert "local_store_dir" in wrong(ran)["embedded store"]["do"]


def test_an_outbox_that_cannot_be_made_is_wrong(home: Path) -> None:
    (home / "data" / "bookstore").mkdir(parents=True)
    (home / "data" / "bookstore" / "outbox").touch()
    ran = run("doctor", "--json")
    assert "outbox_dir" in wrong(ran)["outbox"]["do"]


def test_the_file_system_of_a_folder_is_known(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/root / ext4 rw 0 0\nserver:/x {tmp_path}/a\\040b nfs4 rw 0 0\nproc /proc proc rw\n"
    )
    assert file_system_of(tmp_path, mounts) == "ext4"
    (tmp_path / "a b" / "c").mkdir(parents=True)
    assert file_system_of(tmp_path / "a b" / "c", mounts) == "nfs4"
    assert file_system_of(tmp_path / "a bc", mounts) == "ext4"
    assert file_system_of(tmp_path, tmp_path / "none") == ""


class Probe:
    """Answers as it is told."""

    def __init__(self, *, skew_s: float | None) -> None:
        self.skew_s = skew_s

    async def credentials(self) -> Any:
        from bookstore.store.s3_probe import Credentials

        return Credentials(True, "the machine's role", True)

    async def clock_skew_s(self) -> float | None:
        return self.skew_s


@pytest.mark.parametrize(
    ("skew_s", "verdict"), [(0.4, "ok"), (-31.0, "note"), (4000.0, "wrong"), (None, "note")]
)
def test_a_clock_that_is_off_is_told(skew_s: float | None, verdict: str) -> None:
    async def clock() -> Finding:
        checkup = S3Checkup(Probe(skew_s=skew_s), timeout_s=5)  # type: ignore[arg-type]
        return [finding async for finding in checkup.before()][1]

    assert asyncio.run(clock()).verdict == verdict


def configure(home: Path, values: dict[str, Any]) -> None:
    """Make *values* the user's configuration."""
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(values))
