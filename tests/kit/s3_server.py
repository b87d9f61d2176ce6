"""A real S3 server for tests: moto's, in a process of its own, a fresh bucket for each test."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from implementations import Implementation

from bookstore.store.base import ObjectStore
from bookstore.store.s3.store import S3Options, S3Store

SERVER = Path(__file__).with_name("moto_process.py")
START_S = 120.0
ACCESS_KEY_ID = "tester"
SECRET_ACCESS_KEY = "not-a-secret"


def free_port() -> int:
    """Return a port of the loopback interface on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def options(endpoint_url: str, **changed: Any) -> S3Options:
    """Return options for a server on this machine."""
    values: dict[str, Any] = {
        "endpoint_url": endpoint_url,
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
        "connect_timeout_s": 2.0,
        "read_timeout_s": 10.0,
    }
    return S3Options(**values | changed)


@asynccontextmanager
async def opened(
    endpoint_url: str, bucket: str = "bucket", **changed: Any
) -> AsyncIterator[S3Store]:
    """Give a store of a server on this machine, and close it."""
    store = S3Store(bucket, options(endpoint_url, **changed))
    try:
        yield store
    finally:
        await store.close()


def admin(endpoint_url: str) -> Any:
    """Return a plain boto3 client: another S3 tool, beside the store under test."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
        config=Config(s3={"addressing_style": "path"}),
    )


def new_bucket(endpoint_url: str, *, versioning: str | None = "Enabled") -> str:
    """Make a bucket with a name of its own, with versioning enabled, suspended or (None) off."""
    bucket = f"test-{secrets.token_hex(6)}"
    client = admin(endpoint_url)
    client.create_bucket(Bucket=bucket)
    if versioning is not None:
        status = {"Status": versioning}
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=status)
    return bucket


@contextmanager
def running_s3_server() -> Iterator[str]:
    """Run an S3 server as a process of its own, and give its URL."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(SERVER), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_healthy(process, f"http://127.0.0.1:{port}/moto-api/")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def no_aws_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Hide the AWS configuration of whoever runs the tests; return a folder for another."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The URL of an S3 server that runs while the tests do."""
    with running_s3_server() as url:
        yield url


@pytest.fixture
def s3_bucket(s3_endpoint: str) -> str:
    """The name of a new bucket that keeps versions."""
    return new_bucket(s3_endpoint)


@pytest.fixture
def s3_implementation(s3_endpoint: str) -> Implementation:
    """Stores in new buckets of the S3 server; an unreachable one has nothing on its port."""

    async def fresh() -> ObjectStore:
        return S3Store(new_bucket(s3_endpoint), options(s3_endpoint))

    async def unreachable() -> ObjectStore:
        return S3Store("bucket", options(f"http://127.0.0.1:{free_port()}"))

    return Implementation(fresh=fresh, unreachable=unreachable, forgets_folders=False)


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the S3 server ended with {process.returncode}")
        try:
            if requests.get(url, timeout=10).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)  # nothing to await: another process is starting
    raise RuntimeError(f"the S3 server did not answer within {START_S} s")
