"""How fast waiting saves reach S3, against plain aiobotocore, on one server in one run.

    python benchmarks/drain.py [--store moto|ceph|ceph-https|swift] [--puts 1000]
                               [--concurrency 16] [--rounds 10]

Three ways to store the same bodies: aiobotocore as anyone would use it, with one shared client;
``S3Store.put``; and the whole delivery, which empties an outbox on disk with the uploader, from
its start on.  Rounds alternate, 10,000 bodies in all, so that whatever else the machine does hits
all ways.  Real stores:

    bash ci/with_real_stores.sh python benchmarks/drain.py --store ceph
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
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from machine import resident_mb
from real_or_moto import RealStore, add_store_option, s3_server

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bookstore.delivery.uploader import Uploader
from bookstore.keys.metadata import encode_metadata
from bookstore.outbox import Outbox
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Provenance, Save
from bookstore.store.s3.store import S3Store

BODY = os.urandom(20_000)
METADATA = Provenance.of(BODY, author="ada", kind="save").to_metadata()

Put = Callable[[str], Awaitable[object]]


class Spent(NamedTuple):
    """Seconds, on the wall and of this process on the processor."""

    wall_s: float
    cpu_s: float

    @classmethod
    def now(cls) -> Spent:
        """The clocks as they are."""
        return cls(time.perf_counter(), time.process_time())

    def until_now(self) -> Spent:
        """What was spent since."""
        now = Spent.now()
        return Spent(now.wall_s - self.wall_s, now.cpu_s - self.cpu_s)


Round = Callable[[str], Awaitable[Spent]]
"""Stores all bodies once in this bucket and returns what that took."""

FILLED_AT_ONCE = 500


async def timed_puts(put: Put, puts: int, concurrency: int) -> Spent:
    """Put *puts* bodies, *concurrency* at a time."""
    numbers = iter(range(puts))

    async def deliver() -> None:
        for number in numbers:
            await put(f"workspace/{number}.ipynb")

    started = Spent.now()
    await asyncio.gather(*(deliver() for _ in range(concurrency)))
    return started.until_now()


async def filled_outbox(folder: Path, puts: int) -> None:
    """Let *puts* saves wait in *folder*, as a server leaves them whose store is down."""
    outbox = Outbox(folder, max_bytes=2**40)
    for start in range(0, puts, FILLED_AT_ONCE):
        await outbox.add(
            [
                Save(
                    path=f"{number}.ipynb",
                    key=f"workspace/{number}.ipynb",
                    operation="put",
                    provenance=Provenance.of(BODY, author="ada", kind="save"),
                    body=BODY,
                )
                for number in range(start, min(start + FILLED_AT_ONCE, puts))
            ]
        )
    await outbox.close()
    os.sync()  # what filling leaves to be written is not part of emptying


async def timed_drain(store: S3Store, puts: int, concurrency: int) -> Spent:
    """Empty an outbox of *puts* saves; filling it is not counted, starting is."""
    delivered = asyncio.Event()
    with tempfile.TemporaryDirectory() as folder:
        await filled_outbox(Path(folder), puts)
        started = Spent.now()
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
        await delivered.wait()
        spent = started.until_now()
        await uploader.stop()
        await outbox.close()
    return spent


def plain_client(server: RealStore, connections: int) -> Any:
    """Return the context of an aiobotocore client with the defaults of anyone who uses it."""
    return AioSession().create_client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name=server.region,
        aws_access_key_id=server.access_key_id,
        aws_secret_access_key=server.secret_access_key,
        verify=server.ca_bundle,
        config=AioConfig(
            max_pool_connections=connections,
            s3={"addressing_style": "path"},
            # Ceph refuses botocore's own checksums over https.
            **({"request_checksum_calculation": "when_required"} if server.ca_bundle else {}),
        ),
    )


async def compare(server: RealStore, puts: int, concurrency: int, rounds: int) -> None:
    """Run the rounds and print what they gave."""
    connections = concurrency + 4
    options = server.options(max_connections=connections)
    async with plain_client(server, connections) as client:

        async def plain(bucket: str) -> Spent:
            async def put(key: str) -> object:
                return await client.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=BODY,
                    Metadata=encode_metadata(METADATA),
                    ContentType=NOTEBOOK_CONTENT_TYPE,
                )

            await put("warm-up")
            return await timed_puts(put, puts, concurrency)

        async def ours(bucket: str) -> Spent:
            async with opened(S3Store(bucket, options)) as put:
                return await timed_puts(put, puts, concurrency)

        async def whole(bucket: str) -> Spent:
            async with opened(store := S3Store(bucket, options)):
                return await timed_drain(store, puts, concurrency)

        ways: dict[str, Round] = {
            "plain aiobotocore": plain,
            "S3Store.put": ours,
            "outbox and uploader": whole,
        }
        done: dict[str, list[Measured]] = {name: [] for name in ways}
        for number in range(rounds):
            order = list(ways) if number % 2 == 0 else list(reversed(ways))
            for name in order:
                # A bucket of its own: the more versions a key has, the slower some stores are.
                done[name].append(await measured(ways[name], server.new_bucket(), puts))
    print_table(done, server, puts, concurrency)


@asynccontextmanager
async def opened(store: S3Store) -> AsyncIterator[Put]:
    """Warm *store* up, give what puts a body under a key there, and close it."""

    async def put(key: str) -> object:
        return await store.put(key, BODY, metadata=METADATA, content_type=NOTEBOOK_CONTENT_TYPE)

    await put("warm-up")
    yield put
    await store.close()


class Measured(NamedTuple):
    """What one round gave."""

    per_s: float
    cpu_ms: float
    """Processor time of this process for one body."""
    grown_mb: float
    """How much more memory this process had afterwards."""


async def measured(one_round: Round, bucket: str, puts: int) -> Measured:
    """Run one round."""
    before_mb = resident_mb(os.getpid())
    spent = await one_round(bucket)
    grown_mb = resident_mb(os.getpid()) - before_mb
    return Measured(puts / spent.wall_s, spent.cpu_s / puts * 1000, grown_mb)


def print_table(
    done: dict[str, list[Measured]], server: RealStore, puts: int, concurrency: int
) -> None:
    """Print each way's median and range, and its ratio to the first."""
    print(f"{server.name}: {puts} bodies of {len(BODY):,} bytes, {concurrency} at a time\n")
    print("| way | median per s | least | most | ratio | CPU a body | memory after, least |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    first = statistics.median(each.per_s for each in next(iter(done.values())))
    for name, values in done.items():
        rates = [each.per_s for each in values]
        median = statistics.median(rates)
        cpu_ms = statistics.median(each.cpu_ms for each in values)
        print(
            f"| {name} | {median:.0f} | {min(rates):.0f} | {max(rates):.0f}"
            f" | {median / first:.2f} | {cpu_ms:.2f} ms"
            f" | {min(each.grown_mb for each in values):+.0f} MB |"
        )


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--puts", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=10)
    add_store_option(parser)
    arguments = parser.parse_args()
    with s3_server(arguments.store) as server:
        asyncio.run(compare(server, arguments.puts, arguments.concurrency, arguments.rounds))


if __name__ == "__main__":
    main()
