"""What a save costs with bookstore, against Jupyter's own contents manager.

Two real servers run side by side, one with bookstore's archiver and one with Jupyter's
``AsyncLargeFileManager``.  They take turns, round by round, so that the noise of the machine falls
on both.  The versions go to the embedded store on the same disk.

    python benchmarks/saves.py
    python benchmarks/saves.py --pause 0.3 --scale 0.4    # as a person saves, not as a machine
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))
from processes import Server

SIZES = {"20 KB": (20_000, 400), "500 KB": (500_000, 120), "5 MB": (5_000_000, 40)}
WRITERS = 8
WITHOUT = tuple(
    f"--ServerApp.jpserver_extensions={name}=False"
    for name in ("jupyterlab", "notebook", "jupyter_lsp", "jupyter_server_terminals")
)
PLAIN = (*WITHOUT, "--ServerApp.jpserver_extensions=bookstore=False")
COLUMNS = (
    *("what", "saves", "p50", "p99"),
    *("p50 ratio", "p95 ratio", "p99 ratio", "CPU ratio", "status p99 ratio"),
)
PROBE_EVERY_S = 0.01
SETTLE_S = 3.0
"""Deliveries and packing are over by then."""
IN_A_ROUND = 10


def model(size_bytes: int, number: int, *, is_edit: bool = False) -> dict[str, object]:
    """A notebook of about *size_bytes*, half source and half outputs: each cell is another one for
    each *number*, or with *is_edit* only the first."""
    cells = []
    for index in range(max(1, size_bytes // 20_000)):
        name = f"value_{0 if is_edit and index else number}_{index}"
        line = f"{name} = compute({index})  # a line of ordinary length\n"
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
    """Processor seconds that the server's process has used so far, in threads of its past too."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values: list[float], percent: int) -> float:
    """The *percent*-th percentile of *values*."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


Request = tuple[str, str, "bytes | None"]
"""Method, path and body."""


class Client:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
        self._headers = {
            "Authorization": f"token {server.token}",
            "Content-Type": "application/json",
        }

    def timed(self, *requests: Request) -> float:
        """Seconds until the answers to *requests*, one after the other, were here."""
        began = time.perf_counter()
        for method, path, body in requests:
            self._connection.request(method, path, body, self._headers)
            answer = self._connection.getresponse()
            text = answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]!r}")
        return time.perf_counter() - began

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


Round = Callable[["Measured", int], int]
"""Saves a few notebooks, and returns how many."""


@dataclass
class Measured:
    """What was seen of one server."""

    server: Server
    saves_s: list[float] = field(default_factory=list)
    status_s: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    cpu_saves: int = 0
    """Saves made within those processor seconds."""

    def do(self, work: Round, number: int, *, is_probed: bool) -> None:
        """Have a round of work done: with requests beside it, or with a look at the processor."""
        before, ended = cpu_s(self.server), threading.Event()
        probe = threading.Thread(target=self._ask_for_status, args=(ended,))
        if is_probed:
            probe.start()
        saved = work(self, number)
        if is_probed:
            ended.set()
            probe.join()
        time.sleep(SETTLE_S)  # what is delivered afterwards counts as well
        if not is_probed:
            self.cpu_s += cpu_s(self.server) - before
            self.cpu_saves += saved

    def _ask_for_status(self, ended: threading.Event) -> None:
        client = Client(self.server)
        while not ended.wait(PROBE_EVERY_S):
            self.status_s.append(client.timed(("GET", "/api/status", None)))
        client.close()


def one_writer(
    size_bytes: int, pause_s: float, *, by_hand: bool = False, is_edit: bool = False
) -> Round:
    """A round of one notebook, saved a few times."""

    def work(measured: Measured, number: int) -> int:
        client = Client(measured.server)
        for save in range(IN_A_ROUND):
            content = model(size_bytes, IN_A_ROUND * number + save, is_edit=is_edit)
            body = json.dumps(content).encode()
            requests: list[Request] = [("PUT", "/api/contents/a.ipynb", body)]
            if by_hand:
                requests.append(("POST", "/api/contents/a.ipynb/checkpoints", None))
            measured.saves_s.append(client.timed(*requests))
            time.sleep(pause_s)
        client.close()
        return IN_A_ROUND

    return work


def many_writers(size_bytes: int) -> Round:
    """A round of several notebooks, each saved a few times, all at once."""

    def work(measured: Measured, number: int) -> int:
        def write(writer: int) -> None:
            client = Client(measured.server)
            for save in range(IN_A_ROUND):
                content = model(size_bytes, (IN_A_ROUND * number + save) * WRITERS + writer)
                path = f"/api/contents/{writer}.ipynb"
                measured.saves_s.append(client.timed(("PUT", path, json.dumps(content).encode())))
            client.close()

        threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return IN_A_ROUND * WRITERS

    return work


def measure(name: str, servers: tuple[Server, Server], rounds: int, work: Round) -> None:
    """Let the servers take turns, and print how they compare."""
    for server in servers:
        Measured(server).do(work, -1, is_probed=False)
    both = [Measured(server) for server in servers]
    for number in range(rounds):
        for one in both if number // 2 % 2 else reversed(both):
            one.do(work, number, is_probed=bool(number % 2))
    servers[0].wait_until_delivered()
    ours, own = both
    pairs = {p: [1000 * percentile(one.saves_s, p) for one in both] for p in (50, 95, 99)}
    shown = [f"{pairs[p][0]:.1f} ms (own: {pairs[p][1]:.1f})" for p in (50, 99)]
    ratios = [our_ms / own_ms for our_ms, own_ms in pairs.values()]
    status = percentile(ours.status_s, 99) / percentile(own.status_s, 99)
    cpu = (ours.cpu_s / ours.cpu_saves) / (own.cpu_s / own.cpu_saves)
    cells = [name, str(len(ours.saves_s)), *shown]
    cells += [f"{ratio:.2f}" for ratio in (*ratios, cpu, status)]
    print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer saves")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between saves")
    arguments = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |")
    print("|---" * len(COLUMNS) + "|")
    with tempfile.TemporaryDirectory() as folder:
        homes = Path(folder)
        with (
            Server(home=homes / "bookstore", arguments=WITHOUT) as ours,
            Server(home=homes / "plain", arguments=PLAIN) as plain,
        ):
            servers, scale, pause_s = (ours, plain), arguments.scale, arguments.pause
            for name, (size_bytes, saves) in SIZES.items():
                work = one_writer(size_bytes, pause_s)
                measure(name, servers, rounds_for(saves * scale), work)
            for name in ("500 KB", "5 MB"):
                size_bytes, saves = SIZES[name]
                work = one_writer(size_bytes, pause_s, is_edit=True)
                measure(f"{name}, one cell edited", servers, rounds_for(saves * scale), work)
            size_bytes, saves = SIZES["500 KB"]
            work = one_writer(size_bytes, pause_s, by_hand=True)
            measure("500 KB, by hand", servers, rounds_for(saves * scale), work)
            for name in ("20 KB", "500 KB"):
                work, saves = many_writers(SIZES[name][0]), SIZES[name][1]
                measure(f"{name}, {WRITERS} writers", servers, rounds_for(saves * scale / 4), work)


def rounds_for(saves: float) -> int:
    """How many rounds make so many saves of one writer."""
    return max(2, round(saves / IN_A_ROUND))


if __name__ == "__main__":
    main()
