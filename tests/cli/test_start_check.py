"""Soon after its start a server says in its log what would keep saves from being archived."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import pytest
from processes import WITHOUT_FRONT_ENDS, Server
from s3_server import admin, new_bucket

from bookstore.bookstore_config import BookstoreSettings
from bookstore.health.start_check import StartCheck
from bookstore.wiring import Bookstore, build_bookstore


def built(root: Path, **settings: Any) -> Bookstore:
    """What a server with *settings* has."""
    log = logging.getLogger("tests")
    return build_bookstore(BookstoreSettings(**settings), root_dir=str(root), log=log)


async def found_by(bookstore: Bookstore) -> list[str]:
    """What the check finds out."""
    try:
        return await StartCheck(bookstore, log=logging.getLogger("tests")).look()
    finally:
        await bookstore.close(deadline_s=0)


@pytest.mark.asyncio
async def test_a_bucket_that_is_fine_is_only_asked(s3_settings: dict[str, str]) -> None:
    assert await found_by(built(Path.cwd())) == []
    client = admin(s3_settings["JPYNB_S3_ENDPOINT_URL"])
    assert "Versions" not in client.list_object_versions(Bucket=s3_settings["JPYNB_S3_BUCKET"])


@pytest.mark.asyncio
async def test_an_embedded_store_is_not_made_by_looking(home: Path) -> None:
    assert await found_by(built(home)) == []
    assert not (home / "data" / "bookstore" / "store").exists()


@pytest.mark.asyncio
async def test_a_store_folder_that_cannot_be_made_is_told(home: Path) -> None:
    (home / "file").touch()
    [found] = await found_by(built(home, local_store_dir=str(home / "file" / "store")))
    assert "local_store_dir" in found


@pytest.mark.asyncio
async def test_a_check_that_was_stopped_says_nothing(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bookstore = built(home, workspace_prefix="")
    check = StartCheck(bookstore, log=logging.getLogger("tests"))
    check.start()
    await check.stop()
    await check.stop()
    await bookstore.close(deadline_s=0)
    assert not caplog.records


def test_a_server_says_what_is_wrong_with_its_bucket(
    home: Path, s3_settings: dict[str, str]
) -> None:
    bucket = new_bucket(s3_settings["JPYNB_S3_ENDPOINT_URL"], versioning=None)
    settings = {**s3_settings, "JPYNB_S3_BUCKET": bucket}
    with Server(home=home, arguments=WITHOUT_FRONT_ENDS, environment=settings) as server:
        deadline = time.monotonic() + 120
        while "may not be archived" not in server.log and time.monotonic() < deadline:
            time.sleep(0.05)  # nothing to await: another process writes its log
    assert f"The bucket '{bucket}' keeps no versions" in server.log
