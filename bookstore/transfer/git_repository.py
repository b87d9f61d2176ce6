"""A git repository that takes in the versions of notebooks as commits.

Knows: git's commands, its fast-import stream.  Must not know: sources, terminals.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..errors import BookstoreError

TRAILER = "Bookstore-Version"
_NO_MARKS = str.maketrans("", "", "<>\n\0")


class GitError(BookstoreError):
    """Git did not do what it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One version, as it is committed."""

    version_id: str
    author: str
    saved_at: datetime
    message: str
    """Without trailers."""
    path: str
    body: bytes | None
    """None: the file was deleted."""
    gone: tuple[str, ...] = ()
    """Other paths that the file had before."""

    def to_stream(self, ref: str, parent: str) -> bytes:
        """Return this in the words of fast-import, as the next commit of *ref*."""
        local = self.saved_at.astimezone()
        person = f"{self.author.translate(_NO_MARKS).strip() or 'unknown'} <>"
        stamp = f"{person} {int(local.timestamp())} {local:%z}"
        text = f"{self.message.strip()}\n\n{TRAILER}: {self.version_id}\n"
        lines = [f"commit {ref}", f"author {stamp}", f"committer {stamp}"]
        pieces = ["\n".join(lines).encode(), b"\n", _data(text.encode())]
        if parent:
            pieces.append(f"from {parent}\n".encode())
        pieces += [f"D {_quoted(path)}\n".encode() for path in self.gone]
        if self.body is None:
            pieces.append(f"D {_quoted(self.path)}\n".encode())
        else:
            pieces += [f"M 100644 inline {_quoted(self.path)}\n".encode(), _data(self.body)]
        return b"".join(pieces)


class Repository:
    """The repository in *folder*, made when there is nothing yet."""

    def __init__(self, folder: Path, branch: str) -> None:
        self._git = shutil.which("git") or ""
        if not self._git:
            raise GitError("There is no git on this machine.", hint="Install git.")
        if not self._run("check-ref-format", "--branch", branch, inside=False, may_fail=True):
            raise GitError(f"git allows no branch of the name {branch!r}.")
        self._folder = folder
        self._branch = branch
        self._ref = f"refs/heads/{branch}"
        self._is_new = not folder.exists() or not any(folder.iterdir())
        if self._is_new:
            self._run("init", "--quiet", str(folder), inside=False)
        self._is_checked_out = self._find_checked_out()

    def exported(self) -> set[str]:
        """Return the IDs of the versions that the branch has."""
        if not self._exists():
            return set()
        messages = self._run("log", "--format=%B%x00", self._ref, "--").split("\0")
        return {found[-1] for message in messages if (found := _TRAILERS.findall(message))}

    def commit(self, commits: Iterable[Commit]) -> None:
        """Commit all of *commits*, the oldest first, or none."""
        before = self._tree()
        parent = f"{self._ref}^0" if self._exists() else ""
        command = [self._git, "-C", str(self._folder), "fast-import", "--quiet", "--done"]
        with subprocess.Popen(  # noqa: S603 - git, by its full path
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdin is not None  # noqa: S101 - both are pipes
            assert process.stderr is not None  # noqa: S101
            with ExitStack() as unless_told, suppress(BrokenPipeError):  # it says why below
                unless_told.callback(process.kill)  # without its "done" the branch stays as it was
                for commit in commits:
                    process.stdin.write(commit.to_stream(self._ref, parent))
                    parent = ""  # from here on the one before
                process.stdin.write(b"done\n")
                process.stdin.close()
                unless_told.pop_all()
            said = process.stderr.read().decode(errors="replace").strip()
        if process.returncode:
            raise GitError(f"git fast-import failed: {_first_line(said)}")
        if self._is_checked_out:
            self._run("read-tree", "-m", "-u", before, self._tree())
        elif self._is_new:
            self._run("checkout", "--quiet", self._branch, "--")

    def _find_checked_out(self) -> bool:
        """Is the branch in the work tree?  Then nothing there may be changed but not committed."""
        if self._run("rev-parse", "--is-bare-repository").strip() == "true":
            return False
        head = self._run("symbolic-ref", "--quiet", "HEAD", may_fail=True).strip()
        if head != self._ref:
            return False
        if self._run("status", "--porcelain", "--untracked-files=no"):
            raise GitError(
                f"The branch {self._branch} is checked out in {self._folder}, with changes that "
                "are not committed.",
                hint="Commit them, or choose another branch with --branch.",
            )
        return True

    def _tree(self) -> str:
        """Return the ID of the branch's tree, which is empty before its first commit."""
        if self._exists():
            return self._run("rev-parse", f"{self._ref}^{{tree}}").strip()
        return self._run("hash-object", "-w", "-t", "tree", os.devnull).strip()

    def _exists(self) -> bool:
        found = self._run("rev-parse", "--verify", "--quiet", self._ref, "--", may_fail=True)
        return bool(found.strip())

    def _run(self, *arguments: str, inside: bool = True, may_fail: bool = False) -> str:
        where = ["-C", str(self._folder)] if inside else []
        done = subprocess.run(  # noqa: S603 - git, by its full path
            [self._git, *where, *arguments], capture_output=True, check=False
        )
        if done.returncode and not may_fail:
            said = _first_line(done.stderr.decode(errors="replace"))
            raise GitError(f"git {arguments[0]} failed: {said or self._branch}")
        return done.stdout.decode(errors="replace") if not done.returncode else ""


_TRAILERS = re.compile(rf"^{TRAILER}: (.+)$", re.MULTILINE)


def _data(body: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(body), body)


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if lines else ""
