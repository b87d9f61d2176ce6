"""How fast waiting saves reach S3, against plain aiobotocore, on one server in one run.

    python benchmarks/drain.py [--puts 500] [--concurrency 16] [--rounds 5]

Three ways to store the same bodies: aiobotocore as anyone would use it, with one shared client;
``S3Store.put``; and the whole delivery, which empties an outbox on disk with the uploader.  Rounds
alternate, so that whatever else the machine does hits all.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import statistics
import sys
import tempfile
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
from bookstore.outbox import Outbox  # noqa: E402
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Provenance, Save  # noqa: E402
from bookstore.store.s3 import S3Store  # noqa: E402
from bookstore.uploader import Uploader  # noqa: E402

BODY = os.urandom(20_000)
METADATA = Provenance.of(BODY, author="ada", kind="save").to_metadata()

Put = Callable[[str], Awaitable[object]]
Round = Callable[[], Awaitable[float]]
"""Stores all bodies once and returns the seconds it took."""


async def timed_puts(put: Put, puts: int, concurrency: int) -> float:
    """Put *puts* bodies, *concurrency* at a time."""
    numbers = iter(range(puts))

    async def deliver() -> None:
        for number in numbers:
            await put(f"workspace/{number}.ipynb")

    started = time.perf_counter()
    await asyncio.gather(*(deliver() for _ in range(concurrency)))
    return time.perf_counter() - started


async def timed_drain(store: S3Store, puts: int, concurrency: int) -> float:
    """Empty an outbox of *puts* saves; filling it is not counted."""
    saves = [
        Save(
            path=f"{number}.ipynb",
            key=f"workspace/{number}.ipynb",
            operation="put",
            provenance=Provenance.of(BODY, author="ada", kind="save"),
            body=BODY,
        )
        for number in range(puts)
    ]
    delivered = asyncio.Event()
    with tempfile.TemporaryDirectory() as folder:
        outbox = Outbox(Path(folder), max_bytes=2**40)
        uploader = Uploader(
            outbox,
            store,
            concurrency=concurrency,
            timeout_s=30,
            tell=lambda event: delivered.set() if event.depth == 0 else None,
            log=logging.getLogger("drain"),
        )
        uploader.wake()
        await asyncio.sleep(0.5)  # it leads now, so what is added is known not to be in the store
        await outbox.add(saves)
        started = time.perf_counter()
        uploader.wake()
        await delivered.wait()
        took_s = time.perf_counter() - started
        await uploader.stop()
        await outbox.close()
    return took_s


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


async def compare(endpoint_url: str, puts: int, concurrency: int, rounds: int) -> None:
    """Run the rounds and print what they gave."""
    connections = concurrency + 4
    plain_bucket = new_bucket(endpoint_url)
    store = S3Store(new_bucket(endpoint_url), options(endpoint_url, max_connections=connections))
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

        ways: dict[str, Round] = {
            "plain aiobotocore": lambda: timed_puts(plain, puts, concurrency),
            "S3Store.put": lambda: timed_puts(ours, puts, concurrency),
            "outbox and uploader": lambda: timed_drain(store, puts, concurrency),
        }
        await plain("warm-up")
        await ours("warm-up")
        rates: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, one_round in ways.items():
                rates[name].append(puts / await one_round())
    await store.close()
    print_table(rates, puts, concurrency)


def print_table(rates: dict[str, list[float]], puts: int, concurrency: int) -> None:
    """Print each way's median and range, and its ratio to the first."""
    print(f"{puts} bodies of {len(BODY):,} bytes, {concurrency} at a time")
    print("| way | median per s | least | most | ratio |")
    print("|---|---|---|---|---|")
    first = statistics.median(next(iter(rates.values())))
    for name, values in rates.items():
        median = statistics.median(values)
        print(
            f"| {name} | {median:.0f} | {min(values):.0f} | {max(values):.0f}"
            f" | {median / first:.2f} |"
        )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--puts", type=int, default=500)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with running_s3_server() as endpoint_url:
        asyncio.run(compare(endpoint_url, arguments.puts, arguments.concurrency, arguments.rounds))


if __name__ == "__main__":
    main()
