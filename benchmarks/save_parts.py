"""What the parts of a version cost by themselves, against a whole save of Jupyter's own.

Each part is only what no way of keeping a version can leave out: SQLite takes the body in a
transaction that is flushed and gives it back, it is cut into pieces, what is new is compressed, the
pieces are read and put together again, and SQLite lets go of the body.  No thread, no index and no
request is in it.  So one more than their sum is the least that "CPU ratio" of ``saves.py`` can be
where bookstore saves a file in the time that Jupyter takes.

    python benchmarks/save_parts.py
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import time
from pathlib import Path

from saves import IN_A_ROUND, PLAIN, SIZES, Measured, Server, model, one_writer

from bookstore.manifests import Manifest, compress, decompress, split
from bookstore.notebooks.writing import notebook_json

ROUNDS = 6
PARTS = ("kept whole", "hashed", "cut", "compressed", "written", "proven", "let go")
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB);
CREATE TABLE pieces (sha256 TEXT PRIMARY KEY, frame BLOB);
CREATE TABLE manifests (id INTEGER PRIMARY KEY, frame BLOB);
"""


class _Part:
    """One transaction, whose processor time is added to what is told."""

    def __init__(self, database: sqlite3.Connection, cpu_s: dict[str, float], name: str) -> None:
        self._database = database
        self._cpu_s = cpu_s
        self._name = name

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self._database.commit()
        self._cpu_s[self._name] += time.process_time() - self._began


class Keeping:
    """Keeps versions in a file, and how much of the processor each part took."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file)
        self._database.executescript(SCHEMA)
        self.cpu_s = dict.fromkeys(PARTS, 0.0)

    def keep(self, number: int, body: bytes) -> None:
        """Keep *body* whole, then in pieces."""
        db = self._database
        with self._part("kept whole"):
            db.execute("INSERT INTO bodies VALUES (?, ?)", (number, body))
        with self._part("hashed"):
            hashlib.sha256(body).hexdigest()
        with self._part("cut"):
            [found] = db.execute("SELECT body FROM bodies WHERE id = ?", (number,)).fetchone()
            cut = split(found)
        with self._part("compressed"):
            known = {sha256 for [sha256] in db.execute("SELECT sha256 FROM pieces")}
            new = {name: compress(cut.pieces[name]) for name in cut.pieces if name not in known}
            manifest = compress(cut.manifest.to_bytes())
        with self._part("written"):
            db.executemany("INSERT INTO pieces VALUES (?, ?)", new.items())
            db.execute("INSERT INTO manifests VALUES (?, ?)", (number, manifest))
        with self._part("proven"):
            [frame] = db.execute("SELECT frame FROM manifests WHERE id = ?", (number,)).fetchone()
            made = Manifest.from_bytes(decompress(frame, max_bytes=2**30)).join(self._piece)
            if made != body:
                raise RuntimeError("A version does not come out of its pieces.")
        with self._part("let go"):
            db.execute("DELETE FROM bodies WHERE id = ?", (number,))

    def _piece(self, sha256: str) -> bytes:
        query = "SELECT frame FROM pieces WHERE sha256 = ?"
        [frame] = self._database.execute(query, (sha256,)).fetchone()
        return decompress(frame, max_bytes=2**30)

    def _part(self, name: str) -> _Part:
        return _Part(self._database, self.cpu_s, name)


def main() -> None:
    """Print the table."""
    print(f"| what | Jupyter's save, CPU | {' | '.join(PARTS)} | together |")
    print("|---" * (len(PARTS) + 3) + "|")
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(home=Path(folder) / "plain", arguments=PLAIN) as plain,
    ):
        for is_edit in (False, True):
            for name, (size_bytes, _) in SIZES.items():
                told = f"{name}, one cell edited" if is_edit else name
                keeping = Keeping(Path(folder) / f"{told}.sqlite3")
                print_row(told, size_bytes, plain, keeping, is_edit=is_edit)


def print_row(
    name: str, size_bytes: int, plain: Server, keeping: Keeping, *, is_edit: bool
) -> None:
    """Save in turns with Jupyter alone and with the parts, and print how they compare."""
    own, work = Measured(plain), one_writer(size_bytes, 0.0, is_edit=is_edit)
    own.do(work, -1, is_probed=False)
    own.cpu_s, own.cpu_saves = 0.0, 0
    for number in range(ROUNDS):
        own.do(work, number, is_probed=False)
        for save in range(IN_A_ROUND):
            content = model(size_bytes, IN_A_ROUND * number + save, is_edit=is_edit)["content"]
            keeping.keep(IN_A_ROUND * number + save, notebook_json(content))  # type: ignore[arg-type]
    own_s = own.cpu_s / own.cpu_saves
    parts = [keeping.cpu_s[part] / (ROUNDS * IN_A_ROUND) / own_s for part in PARTS]
    cells = [name, f"{own_s * 1000:.1f} ms", *(f"{part:.2f}" for part in (*parts, sum(parts)))]
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
