"""Run commands of ``jupyter bookstore`` in this process, as a shell would."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookstore.__main__ import main


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command wrote, and its exit code."""

    code: int
    body: bytes
    err: str

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """Standard output as JSON; of a command that failed, what it said."""
        assert self.code == 0 or self.body, self.err
        return json.loads(self.body)


def run(*words: str | Path) -> Ran:
    """Run ``jupyter bookstore WORDS``."""
    out, err = io.BytesIO(), io.BytesIO()
    code = 0
    with (
        redirect_stdout(io.TextIOWrapper(out, encoding="utf-8", write_through=True)),
        redirect_stderr(io.TextIOWrapper(err, encoding="utf-8", write_through=True)),
    ):
        try:
            main([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        return Ran(code=code, body=out.getvalue(), err=err.getvalue().decode())


def source_of(body: bytes | str) -> str:
    """What the one cell of a notebook says."""
    [cell] = json.loads(body)["cells"]
    return "".join(cell["source"])


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Somebody's folder of notebooks, in which the command line is, and how they are saved."""

    kind: str
    root: Path
    save: Callable[[str, str], None]
    """Save a notebook, by path and source, as the editor does; its version is delivered."""
    rename: Callable[[str, str], None]
    delete: Callable[[str], None]
    new_name: Callable[[], str]

    def saved(self, *sources: str) -> str:
        """Save a new notebook several times; return its path."""
        name = self.new_name()
        for source in sources:
            self.save(name, source)
        return name

    def source(self, path: str) -> str:
        """What the notebook on disk says."""
        return source_of((self.root / path).read_bytes())
