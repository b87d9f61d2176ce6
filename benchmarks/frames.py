"""What nbgallery-python's frames cost, and how little memory they need chunk by chunk.

    bash ci/with_databases.sh python benchmarks/frames.py [--clicks 1000000] [--executions 100000]
                                                          [--chunked 10000000] [--kinds sqlite ...]

Each frame is read by a process of its own, which tells its processor seconds and its most memory
above what it had with everything imported and connected.  The rows are the same on each machine:
a tenth of them is made up from a seed, the rest are shifted copies that the database makes itself.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))
from gallery_databases import SERVERS, new_database
from gallery_rows import ACTIONS, SEED
from machine import peak_mb, resident_mb
from sqlalchemy import Engine, create_engine, insert, text

from bookstore.gallery.database.models import NBGALLERYS, Base

FRAMES = (
    *("notebooks", "notebooks_with_summaries", "users", "users_with_summaries", "clicks"),
    *("clicks_rollup", "clicks_rollup_pivot", "notebook_clicks_rollup", "user_clicks_rollup"),
    *("executions", "cell_execution_rollup", "notebook_cell_count", "notebook_execution_rollup"),
)
CHUNKED = "clicks.chunks"
CHUNKSIZE = 100_000
USERS, NOTEBOOKS, CELLS_EACH = 2_000, 10_000, 5
BEGIN = datetime(2026, 1, 1)  # noqa: DTZ001 - a gallery's times are UTC and say no zone
AT_ONCE = 10_000
COPIES = 10

COPY = {
    "clicks": (
        "INSERT INTO clicks (id, user_id, action, notebook_id, created_at, updated_at)"
        f" SELECT id + {{offset}}, (user_id + {{shift}}) % {USERS} + 1, action,"
        f" (notebook_id + {{shift}}) % {NOTEBOOKS} + 1, created_at, updated_at"
        " FROM clicks WHERE id <= {offset}"
    ),
    "executions": (
        "INSERT INTO executions (id, user_id, code_cell_id, success, runtime, created_at,"
        " updated_at)"
        f" SELECT id + {{offset}}, (user_id + {{shift}}) % {USERS} + 1,"
        f" (code_cell_id + {{shift}}) % {NOTEBOOKS * CELLS_EACH} + 1, success, runtime, created_at,"
        " updated_at FROM executions WHERE id <= {offset}"
    ),
}


# -- rows ------------------------------------------------------------------------------------------


def rows_of(table: str, count: int, chance: random.Random) -> Any:
    """Yield the rows of a table."""
    for number in range(1, count + 1):
        at = BEGIN + timedelta(seconds=chance.randrange(300 * 86400), microseconds=number % 1000)
        yield {"created_at": at, "updated_at": at, **_row(table, number, chance)}


def _row(table: str, number: int, chance: random.Random) -> dict[str, Any]:
    match table:
        case "users":
            return {"id": number, "user_name": f"user{number}", "email": f"{number}@example.org"}
        case "notebooks":
            about = "What this notebook is about. " * chance.randint(1, 10)
            names = {"uuid": f"{number:036d}", "title": f"Notebook {number}", "description": about}
            people = {"owner_id": number % USERS + 1, "owner_type": "User"}
            return {"id": number, "public": True, "lang": "python", **names, **people}
        case "notebook_summaries":
            return {"notebook_id": number, "views": number, "health": chance.random()}
        case "user_summaries":
            return {"user_id": number, "user_rep_raw": chance.random() * 1000}
        case "code_cells":
            place = {"notebook_id": number % NOTEBOOKS + 1, "cell_number": number // NOTEBOOKS}
            return {"id": number, "md5": f"{number:032x}", **place}
        case "clicks":
            who = {"user_id": _few(USERS, chance), "notebook_id": _few(NOTEBOOKS, chance)}
            return {"id": number, "action": chance.choice(ACTIONS[:6]), **who}
        case _:
            cell = _few(NOTEBOOKS * CELLS_EACH, chance)
            ran = {"success": chance.random() < 0.8, "runtime": chance.expovariate(1)}
            return {"id": number, "user_id": _few(USERS, chance), "code_cell_id": cell, **ran}


def _few(most: int, chance: random.Random) -> int:
    """A number up to *most*, the small ones more often."""
    return int(most * chance.random() ** 2) + 1


def fill(engine: Engine, clicks: int, executions: int) -> None:
    """Make a gallery with so many clicks and executions."""
    Base.metadata.create_all(engine, tables=NBGALLERYS)
    chance = random.Random(SEED)
    sizes = {
        "users": USERS,
        "user_summaries": USERS,
        "notebooks": NOTEBOOKS,
        "notebook_summaries": NOTEBOOKS,
        "code_cells": NOTEBOOKS * CELLS_EACH,
        "clicks": clicks // COPIES,
        "executions": executions // COPIES,
    }
    with engine.begin() as connection:
        for table, size in sizes.items():
            rows = list(rows_of(table, size, chance))
            for first in range(0, size, AT_ONCE):
                connection.execute(insert(Base.metadata.tables[table]), rows[first:][:AT_ONCE])
    grow(engine, "clicks", clicks // COPIES, clicks)
    grow(engine, "executions", executions // COPIES, executions)


def grow(engine: Engine, table: str, there: int, wanted: int) -> None:
    """Copy the rows of a table, with other users and notebooks, until there are enough."""
    shift = 0
    while there < wanted:
        shift += 37
        copied = min(there, wanted - there)
        statement = COPY[table].format(offset=there, shift=shift)
        with engine.begin() as connection:
            connection.execute(text(f"{statement} AND id <= {copied}"))
        there += copied
    if engine.dialect.name != "sqlite":
        analyse = "ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE TABLE"
        with engine.begin() as connection:
            connection.execute(text(f"{analyse} {table}"))


# -- measuring -------------------------------------------------------------------------------------


def measure(name: str, url: str) -> None:
    """Read one frame and print what that took; for a process of its own."""
    from bookstore.nbgallery import database
    from bookstore.nbgallery.database import assembly, dataframes  # noqa: F401 - imports pandas

    database.use(url)
    dataframes.users().sum(numeric_only=True)
    before, cpu, wall = resident_mb(os.getpid()), time.process_time(), time.monotonic()
    if name == CHUNKED:
        rows = sum(len(chunk) for chunk in dataframes.clicks.chunks(CHUNKSIZE))
    else:
        rows = len(getattr(dataframes, name)())
    took = {"cpu_s": time.process_time() - cpu, "wall_s": time.monotonic() - wall, "rows": rows}
    print(json.dumps({**took, "mb": peak_mb(os.getpid()) - before}))


def measured(name: str, url: str) -> dict[str, float]:
    """Return what reading one frame takes another process."""
    command = [sys.executable, __file__, "--one", name]
    environment = {**os.environ, "BENCHMARK_URL": url}  # it holds a password
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(told.stdout)
    return result


def run(kind: str, arguments: argparse.Namespace, folder: Path) -> dict[str, dict[str, float]]:
    """Return what each frame takes from a database of this kind."""
    with new_database(kind, folder) as place:
        engine = create_engine(place)
        url = place.render_as_string(hide_password=False)
        fill(engine, arguments.clicks, arguments.executions)
        results = {name: measured(name, url) for name in FRAMES}
        if arguments.chunked:
            grow(engine, "clicks", arguments.clicks, arguments.chunked)
            results[CHUNKED] = measured(CHUNKED, url)
        engine.dispose()
    return results


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=1_000_000)
    parser.add_argument("--executions", type=int, default=100_000)
    parser.add_argument("--chunked", type=int, default=10_000_000)
    parser.add_argument("--kinds", nargs="+", default=["sqlite", *SERVERS])
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        measure(arguments.one, os.environ["BENCHMARK_URL"])
        return
    results = {}
    for kind in arguments.kinds:
        with tempfile.TemporaryDirectory() as folder:
            results[kind] = run(kind, arguments, Path(folder))
    print(
        f"CPU s / MB above base, {arguments.clicks:,} clicks, {arguments.executions:,} executions"
    )
    print(f"({CHUNKED}: {arguments.chunked:,} clicks)\n")
    print("| frame | rows |", " | ".join(results), "|")
    print("|---|---|" + "---|" * len(results))
    for name in [*FRAMES, *([CHUNKED] if arguments.chunked else [])]:
        taken = [results[kind][name] for kind in results]
        cells = " | ".join(f"{each['cpu_s']:.2f} / {each['mb']:.0f}" for each in taken)
        print(f"| {name} | {taken[0]['rows']:,} | {cells} |")


if __name__ == "__main__":
    main()
