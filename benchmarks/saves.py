"""What a save costs with bookstore, against Jupyter's own contents manager.

Two real servers run side by side, one with bookstore's archiver and one with Jupyter's
``AsyncLargeFileManager``.  They take turns, save by save, so that the noise of the machine falls
on both.  The versions go to the embedded store on the same disk.

    python benchmarks/saves.py
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from processes import Server

SIZES = {"20 KB": (20_000, 400), "500 KB": (500_000, 120), "5 MB": (5_000_000, 40)}
WITHOUT = tuple(
    f"--ServerApp.jpserver_extensions={name}=False"
    for name in ("jupyterlab", "notebook", "jupyter_lsp", "jupyter_server_terminals")
)
PLAIN = (*WITHOUT, "--ServerApp.jpserver_extensions=bookstore=False")


def model(size_bytes: int, number: int) -> dict[str, object]:
    """A notebook of about *size_bytes*, half source and half outputs, never twice the same."""
    cells = []
    for index in range(max(1, size_bytes // 20_000)):
        line = f"value_{number}_{index} = compute({index})  # a line of ordinary length\n"
        text = "0.12345 0.67890 0.13579 0.24680 0.11235 0.81321\n"
        cells.append(
            nbformat.v4.new_code_cell(
                line * (8_000 // len(line)),
                id=f"cell-{index}",
                outputs=[nbformat.v4.new_output("stream", text=text * (8_000 // len(text)))],
            )
        )
    return {
        "type": "notebook",
        "format": "json",
        "content": nbformat.v4.new_notebook(cells=cells),
    }


def cpu_s(server: Server) -> float:
    """Processor seconds that the server's process has used so far."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values: list[float], percent: int) -> float:
    """The *percent*-th percentile of *values*, in milliseconds."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return 1000 * cuts[percent - 1]


def measure(
    servers: list[Server], size_bytes: int, count: int, pause_s: float
) -> list[tuple[list[float], float]]:
    """Save *count* notebooks on each server in turn; return times and processor seconds a save."""
    times: list[list[float]] = [[] for _ in servers]
    before = [cpu_s(server) for server in servers]
    for number in range(-3, count):
        body = model(size_bytes, number)
        order = range(len(servers)) if number % 2 else reversed(range(len(servers)))
        time.sleep(pause_s)
        for index in order:
            began = time.perf_counter()
            servers[index].request("PUT", "api/contents/a.ipynb", body)
            if number >= 0:
                times[index].append(time.perf_counter() - began)
    servers[0].wait_until_delivered(timeout_s=300)
    used = [(cpu_s(server) - b) / (count + 3) for server, b in zip(servers, before, strict=True)]
    return list(zip(times, used, strict=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer saves")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between saves")
    arguments = parser.parse_args()
    print("| notebook | saves | p50 | p95 | p99 | p50 ratio | p95 ratio | p99 ratio | CPU ratio |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        homes = Path(folder)
        with (
            Server(home=homes / "bookstore", arguments=WITHOUT) as ours,
            Server(home=homes / "plain", arguments=PLAIN) as plain,
        ):
            for name, (size_bytes, count) in SIZES.items():
                count = max(10, int(count * arguments.scale))
                row(name, *measure([ours, plain], size_bytes, count, arguments.pause))


def row(name: str, ours: tuple[list[float], float], plain: tuple[list[float], float]) -> None:
    """Print one size: our times, and all ratios to Jupyter's own."""
    pairs = [(percentile(ours[0], p), percentile(plain[0], p)) for p in (50, 95, 99)]
    shown = " | ".join(f"{a:.1f} ms (own: {b:.1f})" for a, b in pairs)
    ratios = " | ".join(f"{a / b:.2f}" for a, b in pairs)
    print(
        f"| {name} | {len(ours[0])} | {shown} | {ratios} | {ours[1] / plain[1]:.2f} |", flush=True
    )


if __name__ == "__main__":
    main()
