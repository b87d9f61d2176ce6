"""Run a few tests of everything with the newest releases; if they fail, say which release it is.

``python ci/newest.py PYTEST_ARGUMENT...``, in an environment that was made without
``ci/requirements-locked.txt``.  What is newer than locked is taken back, and then by halves, until
the release is found with which the failing tests fail.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import distributions
from pathlib import Path

LOCK = Path(__file__).with_name("requirements-locked.txt")
FAILED = Path(".pytest_cache/v/cache/lastfailed")


def newer_than_locked() -> dict[str, str]:
    """Return the versions of the installed packages that are not those of the lock, by name."""
    lines = re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    names = {name for name, _ in lines}
    found = {re.sub(r"[-_.]+", "-", each.name).lower(): each.version for each in distributions()}
    return {
        name: version
        for name, version in sorted(found.items())
        if name in names and (name, version) not in lines
    }


def install(*arguments: str) -> None:
    """Install packages, whatever else is there."""
    subprocess.run(["uv", "pip", "install", "-q", "--no-deps", *arguments], check=True)  # noqa: S603, S607


def passes(*arguments: str) -> bool:
    """Run tests; return whether they pass."""
    return not subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode  # noqa: S603


def is_cured_by(names: Iterable[str], newer: dict[str, str], failing: Sequence[str]) -> bool:
    """Return whether *failing* tests pass with the locked releases of *names*."""
    install("-c", str(LOCK), *names)
    try:
        return passes("-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *failing)
    finally:
        install(*(f"{name}=={newer[name]}" for name in names))


def culprits(newer: dict[str, str], failing: Sequence[str]) -> list[str]:
    """Return the releases, as few as can be told, without which *failing* tests pass."""
    suspects = list(newer)
    if not suspects or not is_cured_by(suspects, newer, failing):
        return []
    while len(suspects) > 1:
        halves = suspects[::2], suspects[1::2]
        half = next((each for each in halves if is_cured_by(each, newer, failing)), None)
        if half is None:
            break  # it takes some of both
        suspects = half
    return suspects


def main(arguments: Sequence[str]) -> str | int:
    """Return 0, or what is wrong."""
    FAILED.unlink(missing_ok=True)
    if passes(*arguments):
        return 0
    newer = newer_than_locked()
    failing = [*json.loads(FAILED.read_text(encoding="utf-8"))] if FAILED.exists() else arguments
    found = culprits(newer, failing)
    told = ", ".join(f"{name} {newer[name]}" for name in found or newer) or "nothing"
    if not found:
        return f"These fail with the locked releases, too.  Newer than locked: {told}."
    return f"These fail because of {told}, newer than in {LOCK.name}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
