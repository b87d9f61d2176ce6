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
    kernel, info = metadata.get("kernelspec"), metadata.get("language_info")
    kernel = kernel if isinstance(kernel, dict) else {}
    info = info if isinstance(info, dict) else {}
    if kernel.get("name") in _SPARK:
        return _SPARK[kernel["name"]]
    name, version = info.get("name"), info.get("version")
    if name and kernel.get("language", name) == name:
        return str(name), None if version is None else str(version)
    found = _VERSION.search(str(kernel.get("display_name", "")))
    return str(kernel.get("language") or UNKNOWN), found[0] if found else None


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
