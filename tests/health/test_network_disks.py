"""Whose saves wait on a network disk is told so, with the setting that puts them elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from traitlets.config import Config

from bookstore.bookstore_config import BookstoreSettings
from bookstore.health import features
from bookstore.wiring import build_bookstore

ARCHIVES = {"active": True}


@pytest.mark.parametrize(
    ("bucket", "setting"), [("", "local_store_dir"), ("my-notebooks", "outbox_dir")]
)
def test_the_setting_of_the_disk_that_saves_wait_on_is_named(
    bucket: str, setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the embedded store that is the store's own, before a bucket the outbox's."""
    monkeypatch.setattr(features, "network_file_system_of", lambda _folder: "nfs4")
    folders = {"local_store_dir": str(tmp_path / "store"), "outbox_dir": str(tmp_path / "outbox")}
    settings = BookstoreSettings(config=Config(BookstoreSettings={"s3_bucket": bucket, **folders}))
    bookstore = build_bookstore(settings, root_dir=str(tmp_path), log=settings.log)

    [told] = [said for said in features.problems(bookstore, ARCHIVES) if "nfs4" in said]

    assert f"BookstoreSettings.{setting} to a folder on a local disk" in told
