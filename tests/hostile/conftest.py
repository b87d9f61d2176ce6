"""A server process for every test that attacks one, and what has to be true of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hostile_kit import BUCKET, LISTED, ONLY_BOOKSTORE, Victim, as_bytes
from notebooks import notebook


@pytest.fixture(scope="session")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """A server with the embedded store and a folder to clone from; each test has its own names."""
    home = tmp_path_factory.mktemp("victim")
    shared = home / "shared"
    shared.mkdir()
    (shared / "a.ipynb").write_bytes(as_bytes(notebook("shared")))
    arguments = (
        ONLY_BOOKSTORE,
        f"--BookstoreSettings.local_bucket={BUCKET}",
        f"--BookstoreSettings.fs_cloning_basedir={shared}",
        "--BookstoreSettings.drain_deadline_s=0",
        f"--GallerySettings.nbgallery_origins={LISTED}",
    )
    with Victim(home=home, arguments=arguments) as server:
        yield server
        server.wait_until_delivered()
        server.check_log()
