"""What lists of 10,000 notebooks cost, against lists of 100, asked of one real server.

    python benchmarks/listing.py [--notebooks 10000] [--rounds 20] [--store local|moto|ceph|swift]

The server has as many published notebooks, as many deleted ones, and one notebook with as many
versions; a second server, with everything in a store of its own, has a hundred of each.  They are
asked in turn, as the front end does.  Making them is not measured: they are put into the store
directly.  Memory is the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from machine import proportional_mb
from real_or_moto import RealStore, add_store_option, s3_server
from saves import WITHOUT

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "kit")]
from processes import Server

from bookstore.records import NOTEBOOK_CONTENT_TYPE, Provenance
from bookstore.store.base import ObjectStore
from bookstore.store.local.store import LocalStore
from bookstore.store.s3.store import S3Store

FEW = 100
PAGE = 50
AT_ONCE = 16
BODY = (
    b'{"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "Some text."}],'
    b' "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)
MANY_VERSIONS = "versions.ipynb"


@dataclass(frozen=True, kw_only=True)
class Side:
    """A server, and how many of everything it has."""

    server: Server
    notebooks: int
    bucket: str
    store: ObjectStore


async def fill(side: Side) -> None:
    """Publish, delete and save notebooks."""
    numbers = iter(range(side.notebooks))

    async def put(key: str, number: int) -> None:
        body = BODY.replace(b"Some text", f"Text {number}".encode())
        metadata = Provenance.of(body, author="ada", kind="save").to_metadata()
        await side.store.put(key, body, metadata=metadata, content_type=NOTEBOOK_CONTENT_TYPE)

    async def work() -> None:
        for number in numbers:
            name = f"{number:06}.ipynb"
            await put(f"published/{number % 20:02}/{name}", number)
            await put(f"workspace/gone/{name}", number)
            await side.store.delete(f"workspace/gone/{name}")
            await put(f"workspace/{MANY_VERSIONS}", number)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    await side.store.close()


PAGES = {
    "published": ("api/bookstore/published", "published", "cursor"),
    "deleted": ("api/bookstore/deleted", "deleted", "after"),
    "history of one notebook": (f"api/bookstore/versions/{MANY_VERSIONS}", "versions", "before"),
}
"""What has pages: its address, its entries, and the field that asks for the page behind one."""


def landing_page(side: Side) -> str:
    """Return the address of the page that offers the last published notebook."""
    number = side.notebooks - 1
    key = f"published/{number % 20:02}/{number:06}.ipynb"
    return f"bookstore/clone?s3_bucket={side.bucket}&s3_key={quote(key, safe='')}"


def seconds(side: Side, address: str) -> float:
    """Ask once, without believing what comes, and return how long the answer took."""
    began = time.perf_counter()
    request = Request(side.server.url + address)
    request.add_header("Authorization", f"token {side.server.token}")
    with urlopen(request, timeout=600) as answer:
        answer.read()
    return time.perf_counter() - began


def every_page_s(side: Side, address: str, entries: str, cursor: str) -> float:
    """Ask for one page after the other; return the seconds for each of the pages."""
    began, pages, found, after = time.perf_counter(), 0, 0, ""
    while pages == 0 or after:
        behind = f"&{cursor}={quote(after, safe='')}" if after else ""
        page: dict[str, Any] = side.server.request(
            "GET", f"{address}?limit={PAGE}{behind}", timeout_s=600
        )
        pages, found, after = pages + 1, found + len(page[entries]), page["next"] or ""
    assert found == side.notebooks, f"{address}: {found} of {side.notebooks}"
    return (time.perf_counter() - began) / pages


def measure(many: Side, few: Side, rounds: int) -> None:
    """Print the table."""
    questions = {f"{name}, first page": f"{PAGES[name][0]}?limit={PAGE}" for name in PAGES}
    questions["status"] = "api/bookstore/status"
    print(f"| asked | {many.notebooks} | {few.notebooks} | ratio |")
    print("|---|---:|---:|---:|")
    for name, address in questions.items():
        row(name, *in_turn(lambda side, a=address: seconds(side, a), (many, few), rounds))
    pages = in_turn(lambda side: seconds(side, landing_page(side)), (many, few), rounds)
    row("landing page", *pages)
    before_mb = proportional_mb(many.server.process.pid)
    for name, (address, entries, cursor) in PAGES.items():
        sides = ((side, every_page_s(side, address, entries, cursor)) for side in (many, few))
        row(f"{name}, a page of all pages", *(took_s for _, took_s in sides))
    grown_mb = proportional_mb(many.server.process.pid) - before_mb
    print(f"\nThe larger one's memory after all pages: {grown_mb:+.1f} MB")


def in_turn(
    ask: Callable[[Side], float], sides: tuple[Side, Side], rounds: int
) -> tuple[float, float]:
    """Ask both sides in turn and return the median of each; a first round warms up."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for index in (0, 1) if number % 2 else (1, 0):
            took[index].append(ask(sides[index]))
    return statistics.median(took[0][1:]), statistics.median(took[1][1:])


def row(name: str, many_s: float, few_s: float) -> None:
    """Print one row."""
    print(
        f"| {name} | {many_s * 1000:.1f} ms | {few_s * 1000:.1f} ms | {many_s / few_s:.2f} |",
        flush=True,
    )


def local_side(home: Path, notebooks: int) -> Side:
    """Return a server with an embedded store."""
    arguments = (*WITHOUT, "--BookstoreSettings.local_bucket=bucket")
    arguments += (f"--BookstoreSettings.local_store_dir={home / 'store'}",)
    store = LocalStore(home / "store" / "bucket")
    server = Server(home=home, arguments=arguments)
    return Side(server=server, notebooks=notebooks, bucket="bucket", store=store)


def s3_side(home: Path, notebooks: int, s3: RealStore) -> Side:
    """Return a server with a bucket of its own."""
    bucket = s3.new_bucket()
    server = Server(
        home=home,
        arguments=WITHOUT + s3.arguments(),
        environment=s3.environment(bucket),
    )
    store = S3Store(bucket, s3.options(max_connections=AT_ONCE))
    return Side(server=server, notebooks=notebooks, bucket=bucket, store=store)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    add_store_option(parser, more=("local",), default="local")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        homes = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if arguments.store == "local":
            many, few = (local_side(homes / f"{n}", n) for n in (arguments.notebooks, FEW))
        else:
            s3 = stack.enter_context(s3_server(arguments.store))
            many, few = (s3_side(homes / f"{n}", n, s3) for n in (arguments.notebooks, FEW))
        for side in (many, few):
            print(f"making {side.notebooks} of everything …", file=sys.stderr)
            asyncio.run(fill(side))
            stack.enter_context(side.server)
        measure(many, few, arguments.rounds)


if __name__ == "__main__":
    main()
