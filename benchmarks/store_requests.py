"""How many requests an S3 store gets, by what a user does, and what they cost.

A real server keeps its versions in S3 (moto), and a proxy between them counts.

    python benchmarks/store_requests.py
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))
from processes import Server
from proxy import Proxy
from s3_server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, new_bucket, running_s3_server

APART, APART_S = 10, 2.0
"""Saves as a person makes them: what is done beside each is over before the next."""
CLASS_A = ("PUT", "POST", "LIST")
DOLLARS = {"PUT": 5.0e-6, "POST": 5.0e-6, "LIST": 5.0e-6, "GET": 0.4e-6, "HEAD": 0.4e-6}
"""Of one request, at AWS, S3 Standard, us-east-1, as published in 2025; DELETE is free."""


def kind_of(request: str) -> str:
    """The kind of an S3 request by its first line: a GET of a bucket is a LIST."""
    method, _, target = request.partition(" ")
    path, _, query = target.partition("?")
    is_bucket = path.strip("/").count("/") == 0
    return "LIST" if method == "GET" and is_bucket and query else method


def count(proxy: Proxy, server: Server, work: Callable[[], object]) -> Counter[str]:
    """Do *work*, and return what requests it led to."""
    before = len(proxy.requests)
    work()
    server.wait_until_delivered()
    return Counter(kind_of(request) for request in proxy.requests[before:])


def row(what: str, times: int, counted: Counter[str]) -> None:
    """Print what one of *times* of it led to, and what a thousand cost."""
    each = [f"{counted[kind] / times:.2f}" for kind in ("PUT", "LIST", "HEAD", "GET", "DELETE")]
    dollars = 1000 / times * sum(DOLLARS.get(kind, 0.0) * n for kind, n in counted.items())
    print(f"| {what} | {' | '.join(each)} | ${dollars:.4f} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=200)
    saves = parser.parse_args().saves
    with (
        tempfile.TemporaryDirectory() as home,
        running_s3_server() as url,
        Proxy(url) as proxy,
        Server(
            home=Path(home),
            arguments=("--ServerApp.jpserver_extensions=jupyterlab=False",),
            environment={
                "JPYNB_S3_ENDPOINT_URL": proxy.url,
                "JPYNB_S3_BUCKET": new_bucket(url),
                "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
                "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            },
        ) as server,
    ):
        server.save("a.ipynb", "first")
        server.wait_until_delivered()

        def save_all() -> None:
            for number in range(saves):
                server.save("a.ipynb", f"saved {number}")

        def save_one_by_one() -> None:
            for number in range(APART):
                server.save("a.ipynb", f"saved apart {number}")
                time.sleep(APART_S)

        def save_by_hand() -> None:
            for number in range(saves):
                server.save("a.ipynb", f"saved by hand {number}")
                server.request("POST", "api/contents/a.ipynb/checkpoints", {})

        def save_unchanged() -> None:
            for _ in range(saves):
                server.save("a.ipynb", "unchanged")

        def ask(path: str, method: str = "GET", body: object = None) -> Callable[[], object]:
            return lambda: server.request(method, path, body)

        server.save("a.ipynb", "unchanged")
        server.wait_until_delivered()
        print("| what | PUT | LIST | HEAD | GET | DELETE | 1,000 of them |")
        print("|---" * 7 + "|")
        row("an automatic save", saves, count(proxy, server, save_all))
        row("an automatic save, after a while", APART, count(proxy, server, save_one_by_one))
        row("a save by hand", saves, count(proxy, server, save_by_hand))
        server.save("a.ipynb", "unchanged")
        server.wait_until_delivered()
        row("a save that changes nothing", saves, count(proxy, server, save_unchanged))
        page = ask("api/bookstore/versions/a.ipynb?limit=50")
        row("the first page of history (50), first time", 1, count(proxy, server, page))
        row("the same again", 1, count(proxy, server, page))
        opened = ask("api/contents/a.ipynb?content=1")
        row("opening a notebook", 1, count(proxy, server, opened))
        row("its checkpoints", 1, count(proxy, server, ask("api/contents/a.ipynb/checkpoints")))
        body = {"type": "notebook"}
        publish = ask("api/bookstore/publish/a.ipynb", "PUT", body)
        row("publishing", 1, count(proxy, server, publish))


if __name__ == "__main__":
    main()
