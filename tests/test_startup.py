"""A server with bookstore starts with no more than it needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from processes import WITHOUT_FRONT_ENDS, Server

NOT_AT_START = (
    "aiobotocore",  # and botocore, aiohttp: only where there is a bucket, in the store's thread
    "botocore",
    "aiohttp",
    "requests",
    "rich",
    "bookstore.notebooks.comparing",
    "bookstore.notebooks.diff",
    "bookstore.retention.retainer",
    "bookstore.retention.policy",
    "bookstore.client",
    "bookstore.store.s3.store",
    "bookstore.gallery",  # an extra, which may not be installed
    "bookstore.nbgallery",
    "sqlalchemy",
    "alembic",
    "pandas",
)


def imported_by(code: str) -> set[str]:
    """The modules that are imported after *code* has run in a new process."""
    program = f"{code}\nimport sys\nprint(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


def test_the_front_door_opens_no_other_room() -> None:
    modules = imported_by("import bookstore")
    assert {name for name in modules if name.startswith("bookstore")} == {
        "bookstore",
        "bookstore._version",
    }
    assert not modules & {"jupyter_server", "tornado", "nbformat", "traitlets"}


def test_the_extension_brings_nothing_that_a_start_does_not_need() -> None:
    before = imported_by("import jupyter_server.serverapp")
    brought = imported_by("import jupyter_server.serverapp, bookstore.extension") - before
    assert "bookstore.extension" in brought
    assert not brought & set(NOT_AT_START)


@pytest.mark.slow
def test_a_server_that_delivers_to_the_embedded_store_never_imports_the_library_for_s3(
    tmp_path: Path,
) -> None:
    environment = {"PYTHONPROFILEIMPORTTIME": "1"}
    with Server(home=tmp_path, arguments=WITHOUT_FRONT_ENDS, environment=environment) as server:
        server.save("a.ipynb", "1 + 1")
        server.wait_until_delivered()
    imported = set(re.findall(r"^import time:.*\| +(\S+)$", server.log, re.MULTILINE))
    assert "bookstore.store.local.store" in imported
    assert not imported & {
        "aiobotocore",
        "botocore",
        "bookstore.store.s3.store",
        "bookstore.retention.retainer",
        "bookstore.gallery",
        "sqlalchemy",
    }
