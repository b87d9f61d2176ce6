"""What a version costs, kept as cells and as gzip, in one run.

    python benchmarks/versions.py [--edits 200] [--only 30 kB]

Notebooks with texts, tables and images, the same ones every time, are edited again and again: 60 %
of the edits change a code cell and run it, 26 % change a text, 5 % run everything, the others
insert, delete or move a cell.  Of the images whose cell was changed and run, 70 % are others
entirely.  Where everything is run, unchanged code draws what it drew before; in the rows that end
in "redrawn" 70 % of those images are others, too.

Bytes are those of all versions, the first included, by their number.  "new images" are the bytes
of images that no version before had, which nothing can compress: no scheme keeps less.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from bookstore.manifests import Manifest, compress, decompress, should_be_whole, split

Cell = dict[str, Any]
WORDS = """
model data sample mean the of and to in figure shows with for error loss train test value regression
learning rate column frame index between large small after before result number
"""
MOST_BYTES = 2**30


# -- notebooks ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a notebook is made of."""

    name: str
    code: int
    texts: int
    images: int
    image_bytes: int
    tables: int
    rows: int
    redrawn: bool = False


SHAPES = (
    Shape(name="30 kB", code=16, texts=8, images=0, image_bytes=0, tables=3, rows=12),
    Shape(name="30 kB, an image", code=10, texts=6, images=1, image_bytes=9_000, tables=1, rows=12),
    Shape(name="0.7 MB", code=40, texts=20, images=12, image_bytes=40_000, tables=6, rows=30),
    Shape(name="5 MB", code=80, texts=40, images=40, image_bytes=85_000, tables=20, rows=200),
)
REDRAWN = replace(SHAPES[2], name="0.7 MB, redrawn", redrawn=True)
LARGE = Shape(
    name="100 MB", code=60, texts=20, images=30, image_bytes=2_400_000, tables=4, rows=9_000
)


def kind_of(cell: Cell) -> str:
    """Return what a code cell shows."""
    data = cell["outputs"][0]["data"]
    return "image" if "image/png" in data else "table" if "text/html" in data else "text"


class Writer:
    """Writes and edits one notebook."""

    def __init__(self, shape: Shape, seed: int = 7) -> None:
        self.shape = shape
        self.rng = random.Random(seed)
        self.count = 0
        self.new_image_bytes = 0
        kinds = ["image"] * shape.images + ["table"] * shape.tables
        kinds += ["text"] * (shape.code - len(kinds))
        self.rng.shuffle(kinds)
        self.cells = [self.code(kind) for kind in kinds]
        for _ in range(shape.texts):
            self.cells.insert(self.rng.randrange(len(self.cells)), self.markdown())

    def body(self) -> bytes:
        """Return the notebook as Jupyter writes it."""
        notebook = {
            "cells": self.cells,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python", "version": "3.12.4"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return f"{json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)}\n".encode()

    # -- cells

    def sentence(self) -> str:
        return " ".join(self.rng.choices(WORDS.split(), k=self.rng.randint(5, 18)))

    def line(self) -> str:
        name, call, *more = self.rng.choices(WORDS.split(), k=4)
        return f"{name}_{call} = {call}.{more[0]}({name}, {more[1]}={self.rng.random():.4f})\n"

    def id(self) -> str:
        return f"{self.rng.getrandbits(32):08x}"

    def markdown(self) -> Cell:
        source = ["## " + self.sentence() + "\n"]
        source += [self.sentence() + "\n" for _ in range(self.rng.randint(1, 6))]
        return {"cell_type": "markdown", "id": self.id(), "metadata": {}, "source": source}

    def code(self, kind: str) -> Cell:
        self.count += 1
        output = {
            "data": self.data(kind),
            "execution_count": self.count,
            "metadata": {},
            "output_type": "execute_result",
        }
        return {
            "cell_type": "code",
            "execution_count": self.count,
            "id": self.id(),
            "metadata": {},
            "outputs": [output],
            "source": [self.line() for _ in range(self.rng.randint(3, 14))],
        }

    def run(self, cell: Cell, *, is_changed: bool) -> None:
        self.count += 1
        [output] = cell["outputs"]
        cell["execution_count"] = output["execution_count"] = self.count
        kind = kind_of(cell)
        is_new = is_changed or (kind == "image" and self.shape.redrawn)
        if is_new and not (kind == "image" and self.rng.random() < 0.3):
            output["data"] = self.data(kind)

    def data(self, kind: str) -> dict[str, Any]:
        if kind == "image":
            size = int(self.shape.image_bytes * self.rng.uniform(0.5, 1.5))
            self.new_image_bytes += size
            png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + self.rng.randbytes(size)).decode()
            return {"image/png": f"{png}\n", "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
        if kind == "table":
            rows = [self.row(number) for number in range(self.shape.rows)]
            return {"text/html": ["<table>\n", *(line for row in rows for line in row), "</table>"]}
        lines = [
            f"epoch {n}: loss {self.rng.random():.5f}\n" for n in range(self.rng.randint(1, 25))
        ]
        return {"text/plain": lines}

    def row(self, number: int) -> list[str]:
        cells = [f"      <td>{self.rng.gauss(0, 1):.6f}</td>\n" for _ in range(6)]
        return ["    <tr>\n", f"      <th>{number}</th>\n", *cells, "    </tr>\n"]

    # -- edits

    def edit(self) -> None:
        """Do what somebody does between two saves."""
        what = self.rng.random()
        at = self.rng.randrange(len(self.cells))
        if what < 0.60:
            cell = self.pick("code")
            cell["source"][self.rng.randrange(len(cell["source"]))] = self.line()
            self.run(cell, is_changed=True)
        elif what < 0.86:
            cell = self.pick("markdown")
            cell["source"][self.rng.randrange(len(cell["source"]))] = self.sentence() + "\n"
        elif what < 0.91:
            self.count = 0
            for cell in self.cells:
                if cell["cell_type"] == "code":
                    self.run(cell, is_changed=False)
        elif what < 0.94:
            like = self.rng.choice(self.cells)
            is_code = like["cell_type"] == "code"
            self.cells.insert(at, self.code(kind_of(like)) if is_code else self.markdown())
        elif what < 0.97:
            self.cells.insert(at, self.cells.pop(self.rng.randrange(len(self.cells))))
        elif len(self.cells) > 10:
            del self.cells[at]

    def pick(self, kind: str) -> Cell:
        return self.rng.choice([cell for cell in self.cells if cell["cell_type"] == kind])


# -- keeping them ------------------------------------------------------------------------------


@dataclass
class Kept:
    """Versions over a plain dictionary of pieces and a chain of manifests."""

    pieces: dict[str, bytes] = field(default_factory=dict)
    manifests: list[tuple[bytes, bool]] = field(default_factory=list)
    newest: bytes = b""
    chain: list[int] = field(default_factory=list)
    """How large the whole manifest is and the differences after it."""

    def add(self, body: bytes) -> None:
        manifest, pieces = split(body)
        for digest, piece in pieces.items():
            if digest not in self.pieces:
                self.pieces[digest] = compress(piece)
        self._add_manifest(manifest.to_bytes())

    def _add_manifest(self, manifest: bytes) -> None:
        if self.chain:
            delta = compress(manifest, self.newest)
            whole, *deltas = self.chain
            if not should_be_whole(len(deltas), sum(deltas) + len(delta), whole):
                self.chain.append(len(delta))
                self.manifests.append((delta, False))
                self.newest = manifest
                return
        whole_frame = compress(manifest)
        self.chain = [len(whole_frame)]
        self.manifests.append((whole_frame, True))
        self.newest = manifest

    def read(self, number: int) -> bytes:
        first = number
        while not self.manifests[first][1]:
            first -= 1
        kept = b""
        for frame, _ in self.manifests[first : number + 1]:
            kept = decompress(frame, kept, max_bytes=MOST_BYTES)
        return Manifest.from_bytes(kept).join(self.piece)

    def piece(self, digest: str) -> bytes:
        return decompress(self.pieces[digest], max_bytes=MOST_BYTES)

    @property
    def size_bytes(self) -> int:
        return sum(map(len, self.pieces.values())) + sum(len(each) for each, _ in self.manifests)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what *work* returns and the milliseconds of CPU it took."""
    started = time.process_time()
    result = work()
    return result, (time.process_time() - started) * 1e3


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


@dataclass
class Measured:
    """What the versions of one notebook cost: bytes together, milliseconds of CPU each."""

    writer: Writer
    kept: Kept = field(default_factory=Kept)
    digests: list[bytes] = field(default_factory=list)
    body_bytes: int = 0
    gzip_bytes: int = 0
    make_ms: list[float] = field(default_factory=list)
    split_ms: list[float] = field(default_factory=list)
    gzip_ms: list[float] = field(default_factory=list)
    read_ms: list[float] = field(default_factory=list)

    def make(self) -> None:
        """Keep what the notebook is now."""
        body = self.writer.body()
        self.digests.append(hashlib.sha256(body).digest())
        self.body_bytes += len(body)
        self.make_ms.append(timed(lambda: self.kept.add(body))[1])
        self.split_ms.append(timed(lambda: split(body))[1])
        zipped, took_ms = timed(lambda: gzip.compress(body, 6))
        self.gzip_ms.append(took_ms)
        self.gzip_bytes += len(zipped)

    def read(self) -> None:
        """Read every version and hold it to what it was."""
        for number, digest in enumerate(self.digests):
            body, took_ms = timed(lambda number=number: self.kept.read(number))
            assert hashlib.sha256(body).digest() == digest, "not the same bytes"
            self.read_ms.append(took_ms)

    def row(self) -> Iterator[str]:
        """Yield the columns."""
        versions = len(self.digests)
        manifests = sum(len(frame) for frame, _ in self.kept.manifests)
        yield self.writer.shape.name
        yield f"{self.body_bytes / versions:,.0f}"
        yield f"{self.gzip_bytes / versions:,.0f}"
        yield f"{self.kept.size_bytes / versions:,.0f}"
        yield f"{self.gzip_bytes / self.kept.size_bytes:.1f}"
        yield f"{manifests / versions:,.0f}"
        yield f"{self.writer.new_image_bytes / versions:,.0f}"
        yield f"{median(self.gzip_ms):.2f}"
        yield f"{median(self.split_ms):.2f}"
        yield f"{median(self.make_ms):.2f} / {median(self.make_ms[-LAST:]):.2f}"
        yield f"{median(self.read_ms):.2f} / {median(self.read_ms[-LAST:]):.2f}"
        yield f"{max(self.read_ms):.2f}"


LAST = 33
COLUMNS = (
    *("notebook", "bytes", "gzip", "as cells", "ratio", "of it manifests", "new images"),
    *("gzip ms", "split ms", f"make ms, the last {LAST}", f"read ms, the last {LAST}"),
    "longest read",
)


def measure(shape: Shape, edits: int) -> Iterator[str]:
    """Return the columns of *shape*'s row."""
    measured = Measured(Writer(shape))
    measured.make()
    for _ in range(edits):
        measured.writer.edit()
        measured.make()
    measured.read()
    return measured.row()


def measure_large() -> str:
    """Return what one changed cell of a large notebook costs."""
    writer, kept = Writer(LARGE), Kept()
    first = writer.body()
    _, first_ms = timed(lambda: kept.add(first))
    before = kept.size_bytes
    writer.pick("markdown")["source"].append("One more sentence.\n")
    second = writer.body()
    _, second_ms = timed(lambda: kept.add(second))
    body, read_ms = timed(lambda: kept.read(1))
    assert body == second, "not the same bytes"
    return (
        f"{len(first) / 1e6:.0f} MB, one changed cell: {kept.size_bytes - before:,} bytes; "
        f"first made in {first_ms:.0f} ms, then {second_ms:.0f} ms, read in {read_ms:.0f} ms"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--only", default="", help="notebooks whose name begins so")
    arguments = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |")
    print("|---" * len(COLUMNS) + "|")
    for shape in (*SHAPES, REDRAWN):
        if shape.name.startswith(arguments.only):
            print("| " + " | ".join(measure(shape, arguments.edits)) + " |", flush=True)
    if LARGE.name.startswith(arguments.only):
        print("\n" + measure_large())


if __name__ == "__main__":
    main()
