"""How much later a Jupyter server answers with bookstore than without, and what imports cost.

    python benchmarks/startup.py [--starts 15]

Servers with and without bookstore start in turn, each in a home that one start has been in
before, with compiled modules, as an installed package has them.  The time is from the start of the
process to the answer to its first request; beside it the processor time until then, which the
rest of the machine disturbs less.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from machine import used
from saves import PLAIN, WITHOUT

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "kit"))
from processes import Server

POLL_S = 0.002
WITHOUT_BOOKSTORE = "--ServerApp.jpserver_extensions=bookstore=False"
COMMANDS = {
    "Jupyter Server": (("server",), WITHOUT, PLAIN),
    "JupyterLab": (("lab",), (), (WITHOUT_BOOKSTORE,)),
}
IMPORTS = {
    "import bookstore": ("pass", "import bookstore"),
    "the extension, after Jupyter Server": (
        "import jupyter_server.serverapp, jupyter_server.extension.application\n"
        "import jupyter_server.services.contents.largefilemanager",
        "import bookstore.extension",
    ),
    "Jupyter Server itself": ("pass", "import jupyter_server.serverapp"),
}


class Start(NamedTuple):
    """What one start took."""

    wall_s: float
    cpu_s: float


def compiled(folder: Path) -> dict[str, str]:
    """Return the environment that makes Python keep compiled modules in *folder*."""
    return {"PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": ""}


def start(server: Server) -> Start:
    """Start the server, ask it once, and stop it."""
    began = time.perf_counter()
    server.launch()
    wait_for_port(server)
    server.request("GET", "api/status")
    took = Start(time.perf_counter() - began, used(server.process.pid).cpu_s)
    server.stop()
    return took


def wait_for_port(server: Server) -> None:
    """Return as soon as the server's port takes connections."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port)).close()
        except OSError:
            if server.process.poll() is not None:
                raise SystemExit(f"the server did not start:\n{server.log}") from None
            time.sleep(POLL_S)
        else:
            return


def import_ms(environment: dict[str, str], before: str, statement: str) -> float:
    """Return the milliseconds that *statement* takes in a new process, after *before*."""
    program = (
        f"{before}\nimport time\nbegan = time.perf_counter()\n{statement}\n"
        "print((time.perf_counter() - began) * 1000)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(answer.stdout)


def measure_starts(homes: Path, environment: dict[str, str], starts: int) -> None:
    """Print how starts compare."""
    print("| server | starts | with, s | without, s | ratio | CPU with, s | without, s | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, (command, ours, plain) in COMMANDS.items():
        servers = [
            Server(home=homes / folder, command=command, arguments=arguments)
            for folder, arguments in ((f"{name}-ours", ours), (f"{name}-plain", plain))
        ]
        took: list[list[Start]] = [[], []]
        for number in range(starts + 1):
            for index in (0, 1) if number % 2 else (1, 0):
                servers[index].environment = environment
                took[index].append(start(servers[index]))
        row(name, took[0][1:], took[1][1:])


def row(name: str, ours: list[Start], plain: list[Start]) -> None:
    """Print medians, and the median of the ratios of starts that followed each other."""
    shown = []
    for which in (0, 1):
        pairs = [(a[which], b[which]) for a, b in zip(ours, plain, strict=True)]
        shown += [statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)]
        shown.append(statistics.median(a / b for a, b in pairs))
    print(f"| {name} | {len(ours)} | {' | '.join(f'{value:.3f}' for value in shown)} |", flush=True)


def measure_imports(environment: dict[str, str], rounds: int) -> None:
    """Print what imports take."""
    took: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(rounds + 1):
        for name, (before, statement) in IMPORTS.items():
            took[name].append(import_ms(environment, before, statement))
    whole = statistics.median(took["Jupyter Server itself"][1:])
    print("\n| import | ms | of Jupyter Server's |")
    print("|---|---:|---:|")
    for name, values in took.items():
        middle = statistics.median(values[1:])  # the first compiles
        print(f"| {name} | {middle:.1f} | {middle / whole:.1%} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=15)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = compiled(Path(folder) / "compiled")
        measure_starts(Path(folder), environment, arguments.starts)
        measure_imports(environment, arguments.starts)


if __name__ == "__main__":
    main()
