"""The S3 server of a benchmark: one of the real stores, or moto, which is started for it."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))
from real_stores import REAL_STORES, RealStore, real_store
from s3_server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, running_s3_server


def add_store_option(
    parser: ArgumentParser, *, more: tuple[str, ...] = (), default: str = "moto"
) -> None:
    """Add ``--store``, which may also be one of *more*."""
    parser.add_argument(
        "--store",
        choices=(*more, "moto", *REAL_STORES),
        default=default,
        help="the real ones are started by: bash ci/with_real_stores.sh python benchmarks/…",
    )


@contextmanager
def s3_server(name: str) -> Iterator[RealStore]:
    """Give the S3 server of that name."""
    if name != "moto":
        if "BOOKSTORE_REAL_STORES" not in os.environ:
            raise SystemExit(f"bash ci/with_real_stores.sh python {' '.join(sys.argv)}")
        yield real_store(name)
        return
    with running_s3_server() as endpoint_url:
        yield RealStore(
            name=name,
            endpoint_url=endpoint_url,
            access_key_id=ACCESS_KEY_ID,
            secret_access_key=SECRET_ACCESS_KEY,
            region="us-east-1",
            ca_bundle=None,
        )
