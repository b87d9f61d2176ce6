"""How much a server grows while its store is down and large notebooks are saved.

    python benchmarks/memory.py [--saves 1000] [--megabytes 5]

A real server, whose store refuses connections, takes the saves; its resident memory is read from
the system after the first ten saves and after the last.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from saves import WITHOUT, model

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))
from processes import Server

NOBODY = {
    "JPYNB_S3_ENDPOINT_URL": "http://127.0.0.1:9",  # the discard port: nothing listens
    "JPYNB_S3_BUCKET": "nowhere",
    "JPYNB_S3_ACCESS_KEY_ID": "nobody",
    "JPYNB_S3_SECRET_ACCESS_KEY": "nothing",
}


def resident_mb(server: Server) -> float:
    """Resident memory of the server's process, in MB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=5)
    arguments = parser.parse_args()
    warm_up = 10
    with tempfile.TemporaryDirectory() as folder:
        quick = ("--BookstoreSettings.drain_deadline_s=0",)
        with Server(home=Path(folder), arguments=WITHOUT + quick, environment=NOBODY) as server:
            for number in range(warm_up + arguments.saves):
                body = model(arguments.megabytes * 1_000_000, number)
                server.request("PUT", "api/contents/a.ipynb", body)
                if number == warm_up:
                    before = resident_mb(server)
            after = resident_mb(server)
            depth = server.request("GET", "api/bookstore/status")["outbox"]["depth"]
    print("| saves | size | waiting in the outbox | memory before | after | growth |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {arguments.saves} | {arguments.megabytes} MB | {depth} | {before:.0f} MB"
        f" | {after:.0f} MB | {after - before:+.0f} MB |"
    )


if __name__ == "__main__":
    main()
