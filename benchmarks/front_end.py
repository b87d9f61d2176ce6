"""What a large notebook costs Chromium: looked at and compared, against opening it in JupyterLab.

    python benchmarks/front_end.py [--cases "log, 2 MB" …] [--rounds 1]

Every figure comes from a browser of its own, in which JupyterLab has come to rest before.  CPU is
that of the page's process until it rests again, memory the most that it ever had in RAM.  Ratios
are those to JupyterLab's own opening of the same notebook in the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / part) for part in ("kit", "browser"))]

from chromium import running_chromium
from machine import peak_mb, used
from notebooks import code, markdown, notebook, stream
from processes import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Notebook = dict[str, Any]
PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}
REST_S = 1.0
"""So long a page must do next to nothing to be at rest."""
RESTING_SHARE = 0.05
GIVEN_UP_S = 180.0
LINE = "2026-01-01 12:00:{:02} worker-{} \x1b[32mOK\x1b[0m https://runs.test/step/{} in {} ms\n"


class Cost(NamedTuple):
    """What a page took."""

    cpu_s: float
    peak_mb: float


def log(size_bytes: int, *, every: int = 0) -> str:
    """Lines of a log; another run's, where *every* so many lines differ."""
    lines, size, number = [], 0, 0
    while size < size_bytes:
        took = number % 977 + (5000 if every and number % every == 0 else 0)
        lines.append(LINE.format(number % 60, number % 7, number, took))
        size += len(lines[-1])
        number += 1
    return "".join(lines)


def printing(size_mb: int) -> tuple[Notebook, Notebook]:
    """A cell that printed a log, and what it printed in another run."""
    return (
        _of(code("run()", "run", (stream(log(size_mb * 10**6)),))),
        _of(code("run()", "run", (stream(log(size_mb * 10**6, every=100)),))),
    )


def source(size_mb: int) -> tuple[Notebook, Notebook]:
    """One cell with a long source, and the same with lines changed."""
    lines = [f"value_{number} = compute({number})\n" for number in range(size_mb * 10**6 // 32)]
    edited = [f"other = {line}" if at % 1000 == 0 else line for at, line in enumerate(lines)]
    return _of(code("".join(lines), "a")), _of(code("".join(edited), "a"))


def many_cells(count: int) -> tuple[Notebook, Notebook]:
    """Cells that printed a line each; every tenth was edited."""

    def cells(edit: str) -> Iterator[dict[str, Any]]:
        for at in range(count):
            mark = edit if at % 10 == 0 else ""
            yield (
                markdown(f"## Step {at}", f"text-{at}")
                if at % 5 == 4
                else code(f"step = {at}{mark}\nprint(step)", f"code-{at}", (stream(f"{at}\n"),), at)
            )

    return _of(*cells("")), _of(*cells("  # edited"))


def _of(*cells: dict[str, Any]) -> Notebook:
    return notebook(*cells, kernelspec=PYTHON)


CASES: dict[str, Callable[[], tuple[Notebook, Notebook]]] = {
    "log, 2 MB": lambda: printing(2),
    "log, 20 MB": lambda: printing(20),
    "one source, 2 MB": lambda: source(2),
    "500 cells": lambda: many_cells(500),
}
WAYS = {
    "JupyterLab opens it": ("docmanager:open", ".jp-NotebookPanel .jp-Cell"),
    "preview": ("bookstore:preview-version", ".bs-Preview .jp-Cell"),
    "comparison": ("bookstore:compare-with-current", ".bs-Diff .bs-Diff-cell"),
}


@contextmanager
def running_lab() -> Iterator[Server]:
    """Run JupyterLab without its news."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config" / "labconfig"
        config.mkdir(parents=True)
        news = {"@jupyterlab/apputils-extension:announcements": True}
        (config / "page_config.json").write_text(json.dumps({"disabledExtensions": news}))
        arguments = ("--LabApp.expose_app_in_browser=True",)
        with Server(home=Path(folder), command=("lab",), arguments=arguments) as server:
            yield server


def saved(server: Server, path: str, versions: tuple[Notebook, Notebook]) -> str:
    """Save two versions of a notebook; return the ID of the older one."""
    for content in versions:
        model = {"type": "notebook", "format": "json", "content": content}
        server.request("PUT", f"api/contents/{path}", model, timeout_s=120)
    history = server.request("GET", f"api/bookstore/versions/{path}")
    return str(history["versions"][1]["version_id"])


def cost(server: Server, way: str, path: str, version: str) -> Cost | None:
    """Return what one way of looking at a notebook costs; None where the page does not survive."""
    command, seen = WAYS[way]
    with running_chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{server.url}lab?reset&token={server.token}")
        page.wait_for_function(f"window.jupyterapp?.commands.hasCommand('{WAYS['preview'][0]}')")
        page.wait_for_function("document.querySelector('#jupyterlab-splash') === null")
        pid = renderer(browser, page)
        _rest(pid)
        before = used(pid).cpu_s
        try:
            page.evaluate(
                "([command, given]) => void window.jupyterapp.commands.execute(command, given)",
                [command, {"path": path, "version_id": version}],
            )
            page.locator(seen).first.wait_for(timeout=GIVEN_UP_S * 1000)
            _rest(pid)
            return Cost(used(pid).cpu_s - before, peak_mb(pid))
        except Exception as error:  # whatever playwright says of a page that crashed
            print(f"{way} of {path} failed: {error}", file=sys.stderr)
            return None


def renderer(browser: Browser, page: Page) -> int:
    """Return the process of a page: the renderer that works when the page does."""
    session = browser.new_browser_cdp_session()
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    pids = [process["id"] for process in told if process["type"] == "renderer"]
    before = {pid: used(pid).cpu_s for pid in pids}
    page.evaluate("for (const end = Date.now() + 300; Date.now() < end; ) {}")
    return max(pids, key=lambda pid: used(pid).cpu_s - before[pid])


def _rest(pid: int) -> None:
    """Wait until a page's process does next to nothing."""
    deadline = time.monotonic() + GIVEN_UP_S
    before = used(pid).cpu_s
    while time.monotonic() < deadline:
        time.sleep(REST_S)
        now = used(pid).cpu_s
        if now - before < RESTING_SHARE * REST_S:
            return
        before = now
    raise TimeoutError(f"The page still works after {GIVEN_UP_S:.0f} s.")


def row(name: str, way: str, costs: list[Cost | None], own: list[Cost | None]) -> str:
    """Return one line of the table."""
    if None in costs or None in own:
        return f"| {name} | {way} | the page crashed | | | |"
    cpu, peak = (statistics.median(values) for values in zip(*filter(None, costs), strict=True))
    own_cpu, own_peak = (
        statistics.median(values) for values in zip(*filter(None, own), strict=True)
    )
    return (
        f"| {name} | {way} | {cpu:.1f} s | {cpu / own_cpu:.2f}"
        f" | {peak:.0f} MB | {peak / own_peak:.2f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} processors, {arguments.rounds} round(s)\n")
    print("| notebook | looked at by | CPU | ratio | memory at most | ratio |")
    print("|---|---|---|---|---|---|")
    with running_lab() as server:
        for number, name in enumerate(arguments.cases):
            path = f"case-{number}.ipynb"
            version = saved(server, path, CASES[name]())
            costs: dict[str, list[Cost | None]] = {way: [] for way in WAYS}
            for _ in range(arguments.rounds):
                for way in WAYS:
                    costs[way].append(cost(server, way, path, version))
            own = costs["JupyterLab opens it"]
            for way in WAYS:
                print(row(name, way, costs[way], own), flush=True)


if __name__ == "__main__":
    main()
