"""How fast saves reach S3: S3Store.put against plain aiobotocore, on one server in one run.

    python benchmarks/drain.py [--puts 500] [--concurrency 16] [--rounds 5]

Both use one shared client.  Rounds alternate, so that whatever else the machine does hits both.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "store")]

from s3_server import (  # noqa: E402
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    new_bucket,
    options,
    running_s3_server,
)

from bookstore.object_metadata import encode_metadata  # noqa: E402
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Provenance  # noqa: E402
from bookstore.store.s3 import S3Store  # noqa: E402

BODY = os.urandom(20_000)
METADATA = Provenance.of(BODY, author="ada", kind="save").to_metadata()

Put = Callable[[str], Awaitable[object]]


async def puts_per_s(put: Put, puts: int, concurrency: int) -> float:
    """Put *puts* bodies, *concurrency* at a time, and return how many a second."""
    numbers = iter(range(puts))

    async def deliver() -> None:
        for number in numbers:
            await put(f"workspace/{number}.ipynb")

    started = time.perf_counter()
    await asyncio.gather(*(deliver() for _ in range(concurrency)))
    return puts / (time.perf_counter() - started)


def plain_client(endpoint_url: str, connections: int) -> Any:
    """Return the context of an aiobotocore client with the defaults of anyone who uses it."""
    return AioSession().create_client(
        "s3",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
        config=AioConfig(max_pool_connections=connections, s3={"addressing_style": "path"}),
    )


async def compare(endpoint_url: str, arguments: argparse.Namespace) -> None:
    """Run the rounds and print what they gave."""
    connections = arguments.concurrency + 4
    plain_bucket, bucket = new_bucket(endpoint_url), new_bucket(endpoint_url)
    store = S3Store(bucket, options(endpoint_url, max_connections=connections))
    rates: dict[str, list[float]] = {"aiobotocore": [], "S3Store": []}
    async with plain_client(endpoint_url, connections) as client:

        async def plain(key: str) -> object:
            return await client.put_object(
                Bucket=plain_bucket,
                Key=key,
                Body=BODY,
                Metadata=encode_metadata(METADATA),
                ContentType=NOTEBOOK_CONTENT_TYPE,
            )

        async def ours(key: str) -> object:
            return await store.put(key, BODY, metadata=METADATA, content_type=NOTEBOOK_CONTENT_TYPE)

        ways: dict[str, Put] = {"aiobotocore": plain, "S3Store": ours}
        for put in ways.values():
            await put("warm-up")
        for _ in range(arguments.rounds):
            for name, put in ways.items():
                rates[name].append(await puts_per_s(put, arguments.puts, arguments.concurrency))
    await store.close()
    print_table(rates, arguments)


def print_table(rates: dict[str, list[float]], arguments: argparse.Namespace) -> None:
    """Print each way's median and range, and the ratio of the medians."""
    print(f"{arguments.puts} puts of {len(BODY):,} bytes, {arguments.concurrency} at a time")
    print(f"{'':12} {'median':>8} {'least':>8} {'most':>8}  puts/s")
    for name, values in rates.items():
        median, least, most = statistics.median(values), min(values), max(values)
        print(f"{name:12} {median:8.1f} {least:8.1f} {most:8.1f}")
    medians = [statistics.median(values) for values in rates.values()]
    print(f"{'ratio':12} {medians[1] / medians[0]:8.2f}")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--puts", type=int, default=500)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with running_s3_server() as endpoint_url:
        asyncio.run(compare(endpoint_url, arguments))


if __name__ == "__main__":
    main()
