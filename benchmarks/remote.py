"""What notebooks that live in a store alone cost, against s3contents and against local files.

Three real servers take turns: ``bookstore.remote.S3ContentsManager``, s3contents 0.13 in an
environment of its own, and Jupyter's ``AsyncLargeFileManager`` on the local disk.  The first two
work in one bucket, below one prefix, on the same files.

    python benchmarks/remote.py
    bash ci/with_real_stores.sh python benchmarks/remote.py --store ceph
    python benchmarks/remote.py --scale 0.2 --environment /tmp/s3contents    # quick, and again
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
import venv
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from real_or_moto import add_store_option, s3_server
from saves import PROBE_EVERY_S, WITHOUT, Client, Request, model, percentile

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))
from processes import Server
from proxy import Proxy
from real_stores import RealStore

S3CONTENTS = "s3contents==0.13.0"
OURS, PEER, LOCAL = "bookstore", "s3contents", "local"
PREFIX = "workspace"
SIZES = {"20 KB": (20_000, 40), "500 KB": (500_000, 20), "5 MB": (5_000_000, 8)}
USERS = 8
LARGE_BYTES, PIECE_BYTES = 50_000_000, 2**20
COLUMNS = (
    *("what", "p50", "s3contents", "local", "of s3contents", "of local"),
    *("status p99, of local", "s3contents' status p99, of local"),
)


# -- the servers -----------------------------------------------------------------------------------


def peer_python(folder: Path) -> str:
    """Make an environment with s3contents in *folder*, unless one is there; return its Python."""
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "s3contents", "jupyter_server"], check=True)
        # It says that it needs a newer Python than it does.
        newest = ["--no-deps", "--ignore-requires-python", S3CONTENTS]
        subprocess.run([*pip, *newest], check=True)
        (folder / "complete").touch()
    return str(python)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the notebooks are."""

    store: RealStore
    bucket: str
    homes: Path
    peer_python: str

    def server(self, name: str, *, url: str, home: str = "") -> Server:
        """Return one of the servers, which finds the store at *url*."""
        folder = self.homes / (home or name)
        kinds = {
            OURS: {"contents_manager_class": "bookstore.remote.S3ContentsManager"},
            PEER: {"contents_manager_class": "s3contents.S3ContentsManager"},
            LOCAL: {"jpserver_extensions": {"bookstore": False}},
        }
        said: dict[str, Any] = {"ServerApp": kinds[name]}
        if name != LOCAL:
            said["S3ContentsManager"] = {
                "bucket": self.bucket,
                "prefix": PREFIX,
                "endpoint_url": url,
                "region_name": self.store.region,
                "access_key_id": self.store.access_key_id,
                "secret_access_key": self.store.secret_access_key,
            }
        config = folder / "config"
        config.mkdir(parents=True)
        (config / "jupyter_server_config.json").write_text(json.dumps(said))
        python = self.peer_python if name == PEER else sys.executable
        first = {"PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"}
        return Server(home=folder, arguments=WITHOUT, python=python, environment=first)

    def fill(self, server: Server, folder: str, entries: int, *, are_folders: bool = False) -> None:
        """Put so many files, or folders with one in each, into *folder*, here and in the store."""
        ending = "/a.txt" if are_folders else ".txt"
        keys = [f"{folder}/{number:05}{ending}" for number in range(entries)]
        client = self.store.admin(max_pool_connections=USERS)

        def put(key: str) -> None:
            client.put_object(Bucket=self.bucket, Key=f"{PREFIX}/{key}", Body=b"1")

        with ThreadPoolExecutor(USERS) as threads:
            list(threads.map(put, keys))
        for key in keys:
            file = server.root / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"1")


# -- what users do ---------------------------------------------------------------------------------


def save(path: str, size_bytes: int, number: int) -> Request:
    """Save a notebook of that size, with other content for each *number*."""
    return "PUT", f"/api/contents/{path}", json.dumps(model(size_bytes, number)).encode()


def read(path: str, *, content: bool = True, with_hash: bool = False) -> Request:
    """Open a file, or a folder; or only look at it."""
    asked = f"content={int(content)}" + ("&hash=1" if with_hash else "")
    return "GET", f"/api/contents/{path}?{asked}", None


def looked_at(path: str) -> Request:
    """Look at a file as JupyterLab does before it saves, and afterwards."""
    return read(path, content=False, with_hash=True)


def upload(client: Client, path: str, size_bytes: int) -> None:
    """Upload a file in pieces, as JupyterLab does."""
    piece = base64.b64encode(bytes(PIECE_BYTES)).decode()
    pieces = size_bytes // PIECE_BYTES
    for number in [*range(1, pieces), -1]:
        body = {"type": "file", "format": "base64", "content": piece, "chunk": number}
        client.timed(("PUT", f"/api/contents/{path}", json.dumps(body).encode()))


# -- measuring -------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What was seen of one server."""

    server: Server
    times_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    status_s: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def note(self, what: str, client: Client, *requests: Request) -> None:
        """Do it, and note how long it took."""
        self.times_s[what].append(client.timed(*requests))

    @contextmanager
    def probed(self, what: str) -> Iterator[None]:
        """Ask for the status all the time meanwhile."""
        ended = threading.Event()

        def ask() -> None:
            client = Client(self.server)
            while True:
                self.status_s[what].append(client.timed(("GET", "/api/status", None)))
                if ended.wait(PROBE_EVERY_S):
                    break
            client.close()

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


Round = Callable[[Seen, str, int], None]
"""Does something with a server, by its name, for the so-manieth time, and notes times."""


class Measurement:
    """The three servers, and the table of what was seen of them."""

    def __init__(self, servers: dict[str, Server]) -> None:
        self._servers = servers

    def measure(self, whats: Sequence[str], times: int, work: Round) -> None:
        """Let the servers take turns, every second time with requests beside them; print a row
        for each of *whats*."""
        seen = {name: Seen(server) for name, server in self._servers.items()}
        for name in seen:  # the first time is another thing
            work(Seen(self._servers[name]), name, -1)
        for number in range(2 * max(2, times)):
            names = [*seen] if number // 2 % 2 else [*reversed(seen)]
            for name in names:
                one = seen[name]
                if number % 2:
                    with one.probed(whats[0]):
                        work(Seen(one.server), name, number)
                else:
                    work(one, name, number)
        for what in whats:
            self._print_row(what, seen, status_of=whats[0] if what == whats[0] else None)

    def _print_row(self, what: str, seen: dict[str, Seen], *, status_of: str | None) -> None:
        p50 = {name: 1000 * percentile(one.times_s[what], 50) for name, one in seen.items()}
        cells = [what, *(f"{p50[name]:.1f} ms" for name in (OURS, PEER, LOCAL))]
        cells += [f"{p50[OURS] / p50[PEER]:.2f}", f"{p50[OURS] / p50[LOCAL]:.2f}"]
        if status_of:
            p99 = {name: percentile(one.status_s[status_of], 99) for name, one in seen.items()}
            cells += [f"{p99[name] / p99[LOCAL]:.2f}" for name in (OURS, PEER)]
        else:
            cells += ["", ""]
        print(f"| {' | '.join(cells)} |", flush=True)


@contextmanager
def connected(seen: Seen) -> Iterator[Client]:
    """Give a connection to the server, as one browser has it."""
    client = Client(seen.server)
    try:
        yield client
    finally:
        client.close()


def editing(size: str, seen: Seen, name: str, number: int) -> None:
    """Save a notebook, open it, and open it again."""
    path = f"{name}.ipynb"
    with connected(seen) as client:
        seen.note(f"save {size}", client, save(path, SIZES[size][0], number))
        seen.note(f"open {size}", client, read(path))
        seen.note(f"open {size} again", client, read(path))


def everybody(seen: Seen, name: str, number: int) -> None:
    """Several users save and open, each a notebook of their own, all at once."""

    def user(which: int) -> None:
        path = f"{name}-{which}.ipynb"
        with connected(seen) as client:
            for _ in range(3):
                seen.note(f"{USERS} users: save 20 KB", client, save(path, 20_000, number))
                seen.note(f"{USERS} users: open 20 KB", client, read(path))

    with ThreadPoolExecutor(USERS) as threads:
        list(threads.map(user, range(USERS)))


def asking(what: str, path: str, seen: Seen, name: str, number: int) -> None:
    """Ask for the same again; *path* has a place for the server's name."""
    with connected(seen) as client:
        request = looked_at(path.format(name)) if "hash" in what else read(path)
        seen.note(what, client, request)


def measure_all(place: Place, scale: float) -> None:
    """Print the table of times."""
    print(f"| {' | '.join(COLUMNS)} |")
    print("|---" * len(COLUMNS) + "|")
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(place.server(name, url=place.store.endpoint_url))
            for name in (OURS, PEER, LOCAL)
        }
        measurement = Measurement(servers)
        for size, (_, times) in SIZES.items():
            whats = [f"save {size}", f"open {size}", f"open {size} again"]
            measurement.measure(whats, round(times * scale), partial(editing, size))
        whats = [f"{USERS} users: save 20 KB", f"{USERS} users: open 20 KB"]
        measurement.measure(whats, round(6 * scale), everybody)
        large_bytes = round(LARGE_BYTES * min(1, scale))
        what = f"hash of {large_bytes / 1e6:.0f} MB"
        for name, server in servers.items():
            client = Client(server)
            upload(client, f"{name}.bin", large_bytes)
            client.close()
        measurement.measure([what], round(6 * scale), partial(asking, what, "{}.bin"))
        for folder, entries, are_folders in (
            ("folders", 100, True),
            ("few", 100, False),
            ("many", round(10_000 * min(1, scale)), False),
        ):
            place.fill(servers[LOCAL], folder, entries, are_folders=are_folders)
            what = f"list {entries:,} {'folders' if are_folders else 'files'}"
            times = 20 if entries == 100 else 6
            measurement.measure([what], round(times * scale), partial(asking, what, folder))


# -- requests --------------------------------------------------------------------------------------


def count_all(place: Place) -> None:
    """Print the table of requests to the store."""
    print("| requests to the store | bookstore | s3contents |")
    print("|---" * 3 + "|")
    with ExitStack() as stack:
        counted = [stack.enter_context(counting(place, name)) for name in (OURS, PEER)]
        place.fill(counted[0][0], "counted", 100)
        place.fill(counted[0][0], "folders", 20, are_folders=True)
        path, body = "{}-counted.ipynb", 20_000
        steps: dict[str, Callable[[str], list[Request]]] = {
            "the first save": lambda name: [save(path.format(name), body, 0)],
            "a save": lambda name: [save(path.format(name), body, 1)],
            "what JupyterLab asks before and after it": lambda name: [
                looked_at(path.format(name)),
                looked_at(path.format(name)),
            ],
            "opening": lambda name: [read(path.format(name))],
            "opening again": lambda name: [read(path.format(name))],
            "its time, asked every second for five": lambda name: (
                [read(path.format(name), content=False)] * 5
            ),
            "a checkpoint": lambda name: [
                ("POST", f"/api/contents/{path.format(name)}/checkpoints", None)
            ],
            "listing 100 files": lambda _: [read("counted")],
            "listing 20 folders": lambda _: [read("folders")],
        }
        for what, requests in steps.items():
            numbers = [
                asked(server, proxy, requests(name))
                for (server, proxy), name in zip(counted, (OURS, PEER), strict=True)
            ]
            print(f"| {what} | {numbers[0]} | {numbers[1]} |", flush=True)


@contextmanager
def counting(place: Place, name: str) -> Iterator[tuple[Server, Proxy]]:
    """Give a server, and the proxy that counts what it asks of the store."""
    with (
        Proxy(place.store.endpoint_url) as proxy,
        place.server(name, url=proxy.url, home=f"{name}-counted") as server,
    ):
        yield server, proxy


def asked(server: Server, proxy: Proxy, requests: list[Request]) -> int:
    """Return how many requests to the store that led to."""
    before = len(proxy.requests)
    client = Client(server)
    client.timed(*requests)
    client.close()
    return len(proxy.requests) - before


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer operations")
    parser.add_argument(
        "--environment", type=Path, help="folder for s3contents, used again when it is there"
    )
    add_store_option(parser)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, s3_server(arguments.store) as store:
        here = Path(folder)
        place = Place(
            store=store,
            bucket=store.new_bucket(),
            homes=here,
            peer_python=peer_python(arguments.environment or here / "environment"),
        )
        count_all(place)
        print()
        measure_all(place, arguments.scale)


if __name__ == "__main__":
    main()
