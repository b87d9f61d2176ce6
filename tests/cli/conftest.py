"""A desk for each way in which a command gets its answers, and one that is only a store's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import Desk
from desks import live_in, server_desk, store_desk
from processes import WITHOUT_FRONT_ENDS, Server
from s3_server import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    no_aws_configuration,
    s3_bucket,
    s3_endpoint,
)

__all__ = ["no_aws_configuration", "s3_bucket", "s3_endpoint"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user who has nothing, not even credentials."""
    live_in(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs while the tests do."""
    with Server(home=tmp_path_factory.mktemp("server"), arguments=WITHOUT_FRONT_ENDS) as server:
        yield server


@pytest.fixture
def embedded(home: Path) -> Desk:
    """A desk with the embedded store and no server."""
    return store_desk(home / "notebooks")


@pytest.fixture
def s3_settings(
    home: Path, s3_endpoint: str, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Settings of a bucket on S3, in the environment."""
    settings = {
        "JPYNB_S3_BUCKET": s3_bucket,
        "JPYNB_S3_ENDPOINT_URL": s3_endpoint,
        "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


@pytest.fixture(params=["embedded", "s3", "server"])
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """One desk after the other: whoever answers, a command does the same."""
    if request.param == "server":
        server: Server = request.getfixturevalue("running_server")
        live_in(server.home, monkeypatch)
        return server_desk(server)
    home: Path = request.getfixturevalue("home")
    if request.param == "s3":
        request.getfixturevalue("s3_settings")
    return store_desk(home / "notebooks", request.param)
