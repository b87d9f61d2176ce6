"""What a server costs that nobody uses, with bookstore and without: processor time and memory.

    python benchmarks/idle.py [--seconds 30] [--kind JupyterLab] [--store moto|ceph|swift]

The servers run at the same time.  Each takes one save first, delivers it and settles down.  The
last two share one outbox: one delivers, the other follows.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from machine import Used, proportional_mb, used
from real_or_moto import add_store_option, s3_server
from startup import COMMANDS, compiled

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))
from processes import Server

SETTLE_S = 15.0


def servers_in(
    homes: Path, kind: str, environment: dict[str, str], s3: dict[str, str]
) -> dict[str, Server]:
    """Return the servers to compare, the one without bookstore first."""
    command, ours, plain = COMMANDS[kind]
    shared = (f"--BookstoreSettings.outbox_dir={homes / 'outbox'}",)
    shared += (f"--BookstoreSettings.local_store_dir={homes / 'store'}",)
    shared += ("--BookstoreSettings.local_bucket=shared",)
    ways: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "without bookstore": (plain, {}),
        "embedded store": (ours, {}),
        "S3": (ours, s3),
        "embedded store, delivers for two": (ours + shared, {}),
        "embedded store, follows": (ours + shared, {}),
    }
    return {
        name: Server(
            home=homes / name,
            command=command,
            arguments=arguments,
            environment=environment | more,
        )
        for name, (arguments, more) in ways.items()
    }


def measure(servers: dict[str, Server], seconds: float) -> None:
    """Print the table."""
    for name, server in servers.items():
        server.save("a.ipynb", "1 + 1")
        if name != "without bookstore":
            server.wait_until_delivered()
    time.sleep(SETTLE_S)
    before = {name: used(server.process.pid) for name, server in servers.items()}
    time.sleep(seconds)
    spent = {name: used(server.process.pid) - before[name] for name, server in servers.items()}
    print(f"| idle for {seconds:.0f} s | processor time | wake-ups a second | memory | more |")
    print("|---|---:|---:|---:|---:|")
    plain = proportional_mb(next(iter(servers.values())).process.pid)
    for name, server in servers.items():
        row(name, spent[name], seconds, proportional_mb(server.process.pid), plain)


def row(name: str, spent: Used, seconds: float, memory_mb: float, plain_mb: float) -> None:
    """Print one server's row."""
    print(
        f"| {name} | {spent.cpu_s / seconds:.3%} | {spent.wake_ups / seconds:.1f}"
        f" | {memory_mb:.0f} MB | {memory_mb - plain_mb:+.1f} MB |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--kind", choices=COMMANDS, default="JupyterLab")
    add_store_option(parser)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        homes = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = stack.enter_context(s3_server(arguments.store))
        environment = compiled(homes / "compiled")
        s3 = store.environment(store.new_bucket())
        servers = servers_in(homes, arguments.kind, environment, s3)
        for server in servers.values():
            stack.enter_context(server)
        measure(servers, arguments.seconds)


if __name__ == "__main__":
    main()
