"""Find notebooks in a gallery of 10,000, or of 100,000 with --large, with each engine.

    python benchmarks/gallery_search.py                       # SQLite's FTS5 and tantivy
    bash ci/with_databases.sh python benchmarks/gallery_search.py   # and PostgreSQL

Prints, for each engine: MRR@10 over 100 known items, each kind of query with the permission
predicate inside (30 % private, somebody in five groups), p50 and p95, what the index takes compared
with the text, how long the index takes to be made, and what one more notebook costs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kit"))

from filled_galleries import (
    Took,
    clocked,
    fill,
    percentiles,
    rebuild_fts5,
    sqlite_sizes,
    timed,
)
from made_up_galleries import CLASSES, World
from sqlalchemy import text
from sqlalchemy.orm import Session

from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.search.engines.derived.index import DerivedIndex
from bookstore.gallery.search.engines.derived.replica import Replica
from bookstore.gallery.search.engines.fts5 import Fts5Index
from bookstore.gallery.search.engines.postgresql import PostgresqlIndex
from bookstore.gallery.search.index import Engine
from bookstore.gallery.search.language import parse
from bookstore.gallery.search.remaking import unhurried
from bookstore.gallery.search.values import Request, Sort


def quality(database: Database, index: Engine, world: World) -> None:
    """Print how high the notebooks stand that were looked for."""
    by_kind: dict[str, list[float]] = {}
    halves: dict[bool, list[float]] = {False: [], True: []}
    misses: list[str] = []
    for known in world.known:
        request = Request(tree=parse(known.query), count=10)
        hits = database.run_here(lambda s, r=request: index.search(s, r), read_only=True).hits
        ids = [hit.notebook_id for hit in hits]
        reciprocal = 1 / (ids.index(known.notebook_id) + 1) if known.notebook_id in ids else 0.0
        by_kind.setdefault(known.kind, []).append(reciprocal)
        halves[known.is_held_out].append(reciprocal)
        if reciprocal < 1 and not known.is_held_out:
            misses.append(f"{known.query} ({reciprocal:.2f})")
    every = halves[False] + halves[True]
    kinds = ", ".join(f"{kind} {statistics.fmean(found):.2f}" for kind, found in by_kind.items())
    seen, held_out = (statistics.fmean(halves[each]) for each in (False, True))
    print(f"  MRR@10 of {len(every)} known items: {statistics.fmean(every):.3f} ({kinds})")
    print(
        f"    of the half that may be learned from {seen:.3f}, of the half held out {held_out:.3f}"
    )
    if misses:
        print(f"    not the first: {'; '.join(misses)}")


def speed(database: Database, index: Engine, rounds: int) -> None:
    """Print how long each kind of query takes, and all of them, each kind counting alike."""
    every: list[Took] = []
    for kind, queries in CLASSES.items():
        took = timed(database, queries, rounds, lambda s, r: index.search(s, r))
        every += [took[int(len(took) * at / 20)] for at in range(20)]
        print(f"  {kind:<14} {percentiles(took)}")
    print(f"  {'all kinds':<14} {percentiles(every)}")
    queries = CLASSES["two words"] + CLASSES["common word"]
    took = timed(database, queries, rounds, lambda s, r: index.search(s, r), Sort.UPDATED)
    print(f"  {'by update':<14} {percentiles(took)}")

    def snippets(session: Session, request: Request) -> None:
        ids = [hit.notebook_id for hit in index.search(session, request).hits]
        index.snippets(session, request.tree, ids)

    print(f"  {'with snippets':<14} {percentiles(timed(database, queries, rounds, snippets))}")
    print(f"  {'facets':<14} {percentiles(timed(database, queries, rounds, index.facets))}")


def one_more(database: Database, index: Engine, world: World) -> None:
    """Print what putting one notebook again costs."""
    documents = World(world.size).documents()
    took = [
        clocked(lambda d=document: database.run_here(lambda s: index.put(s, d)))
        for document in (next(documents) for _ in range(30))
    ]
    print(f"  one notebook   {percentiles(took)}")


def rebuild_postgresql(database: Database) -> float:
    """Return how many seconds it takes to make PostgreSQL's index anew."""
    begin = time.perf_counter()
    with unhurried(database) as connection:
        connection.exec_driver_sql("UPDATE bookstore_documents SET title = title")
    return time.perf_counter() - begin


def report(
    name: str, database: Database, index: Engine, world: World, rounds: int, about: str
) -> None:
    """Print everything about an engine."""
    print(f"{name}\n  {about}")
    quality(database, index, world)
    if rounds:
        speed(database, index, rounds)
        one_more(database, index, world)


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="100,000 notebooks")
    parser.add_argument("--size", type=int, help="so many notebooks")
    parser.add_argument(
        "--rounds", type=int, default=4, help="how often each query is asked; 0: quality only"
    )
    parser.add_argument("--engine", action="append", help="fts5, tantivy or postgresql")
    options = parser.parse_args()
    size = options.size or (100_000 if options.large else 10_000)
    wanted = options.engine or ["fts5", "tantivy", "postgresql"]
    with tempfile.TemporaryDirectory() as folder:
        if {"fts5", "tantivy"} & {*wanted}:
            on_sqlite(Path(folder), size, options.rounds, wanted)
        servers = os.environ.get("BOOKSTORE_DATABASES")
        if servers and "postgresql" in wanted:
            urls = json.loads(Path(servers).read_text(encoding="utf-8"))
            on_postgresql(urls["postgresql"], size, options.rounds)


def on_sqlite(folder: Path, size: int, rounds: int, wanted: list[str]) -> None:
    """Measure FTS5, and tantivy beside it."""
    url = f"sqlite:///{folder / 'gallery.db'}"
    migrate(url)
    database, world = Database(url), World(size)
    length, seconds = fill(database, world)
    print(f"{size} notebooks, {length / 1e6:.0f} MB of text, written in {seconds:.1f} s")
    if "fts5" in wanted:
        share = sqlite_sizes(database) / length
        again = rebuild_fts5(database)
        about = f"index {share:.0%} of the text, made anew in {again:.1f} s"
        report("FTS5", database, Fts5Index(), world, rounds, about)
    if "tantivy" in wanted:
        replica = Replica(folder / "index", database)
        begin = time.perf_counter()
        replica.rebuild()
        again = time.perf_counter() - begin
        files = [file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file()]
        about = f"index {sum(files) / length:.0%} of the text, made anew in {again:.1f} s"
        report("tantivy", database, DerivedIndex(replica), world, rounds, about)
        begin = time.perf_counter()
        print(f"  followed {replica.follow()} changes in {time.perf_counter() - begin:.2f} s")
        replica.close()
    database.engine.dispose()


def on_postgresql(url: str, size: int, rounds: int) -> None:
    """Measure PostgreSQL, in the database that a URL names."""
    migrate(url)
    database, world = Database(url), World(size)
    length, seconds = fill(database, world)
    print(f"{size} notebooks in PostgreSQL, written in {seconds:.1f} s")
    again = rebuild_postgresql(database)
    with database.engine.connect() as connection:
        plain: Any = connection.execution_options(isolation_level="AUTOCOMMIT")
        plain.exec_driver_sql("VACUUM FULL ANALYZE bookstore_vectors")
        plain.exec_driver_sql("ANALYZE")
    taken = database.run_here(
        lambda s: s.scalar(text("SELECT pg_total_relation_size('bookstore_vectors')")),
        read_only=True,
    )
    about = f"index {taken / length:.0%} of the text, made anew in {again:.1f} s"
    report("PostgreSQL", database, PostgresqlIndex(), world, rounds, about)
    database.engine.dispose()


if __name__ == "__main__":
    main()
