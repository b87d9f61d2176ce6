"""In what a notebook is written, and what it uses.

Knows: the notebook format.  Must not know: databases, stores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

UNKNOWN = "unknown"
MOST_PACKAGES = 200
_SPARK = {"spark_pyspark": ("python", "2"), "spark_sparkr": ("R", "3")}
_VERSION = re.compile(r"\d+(?:\.\d+)*")
_PYTHON = re.compile(
    r"^[ \t]*(?:from[ \t]+(\w[\w.]*)[ \t]+import\b|import[ \t]+(\w[\w., \t]*))", re.M
)
_OTHERS = {
    "r": re.compile(r"\b(?:library|require|requireNamespace)[ \t]*\([ \t]*[\"']?([\w.]+)"),
    "ruby": re.compile(r"^[ \t]*(?:require|gem)[ \t(]*[\"']([\w./-]+)[\"']", re.M),
    "julia": re.compile(r"^[ \t]*(?:using|import)[ \t]+(\w[\w.]*)", re.M),
    "c++": re.compile(r"^[ \t]*#[ \t]*include[ \t]*<([\w./+-]+)>", re.M),
    "scala": re.compile(r"^[ \t]*import[ \t]+(\w[\w.]*)", re.M),
}


def language_of(metadata: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return language and version as nbgallery works them out of a notebook's metadata."""
    kernel, info = _texts(metadata.get("kernelspec")), _texts(metadata.get("language_info"))
    if (name := kernel.get("name", "")) in _SPARK:
        return _SPARK[name]
    if (name := info.get("name", "")) and kernel.get("language", name) == name:
        return name, info.get("version")
    found = _VERSION.search(kernel.get("display_name", ""))
    return kernel.get("language") or UNKNOWN, found[0] if found else None


def _texts(facts: Any) -> dict[str, str]:
    """Return what is a text in metadata, which may be anything."""
    if not isinstance(facts, dict):
        return {}
    return {name: value for name, value in facts.items() if isinstance(value, str)}


def packages_of(lang: str, code: Iterable[str]) -> list[str]:
    """Return the packages that cells of code use, each once, in the order of their names."""
    find = _in_python if lang.lower() in ("python", "ipython") else _finder(lang)
    found = {name for source in code for name in find(source)}
    return sorted(found)[:MOST_PACKAGES]


def _in_python(source: str) -> Iterator[str]:
    for of, several in _PYTHON.findall(source):
        for name in (of or several).split(","):
            if top := name.split(".")[0].split():
                yield top[0]


def _finder(lang: str) -> Any:
    pattern = _OTHERS.get(lang.lower())
    return pattern.findall if pattern else lambda _: ()
