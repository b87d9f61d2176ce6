"""Print how the package and its tests are built, in one row of figures.

``python ci/figures.py [PACKAGE [TESTS]]``: the folders of this checkout, or of another project.
``--list`` names each place that falls short, too.
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FEWEST_WORDS = 5  # after "test_", for a name to be a sentence

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Figures:
    """What was counted, and the places that fall short."""

    modules: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    public: int = 0
    tests: int = 0
    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def read_module(self, file: Path) -> None:
        """Count a module of the package."""
        text = file.read_text(encoding="utf-8")
        self.modules.append(len(text.splitlines()))
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, Function):
                self.functions.append((node.end_lineno or node.lineno) - node.lineno + 1)
                if not _is_annotated(node):
                    self.places["not annotated"].append(f"{file}:{node.lineno} {node.name}")
            elif isinstance(node, ast.ExceptHandler) and _is_broad(node):
                self.places["broad excepts"].append(f"{file}:{node.lineno}")
        for public in _public(tree):
            self.public += 1
            if not ast.get_docstring(public):
                self.places["not documented"].append(f"{file}:{public.lineno} {public.name}")

    def read_tests(self, file: Path) -> None:
        """Count a module of the tests."""
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, Function) and node.name.startswith("test_"):
                self.tests += 1
                words = [word for word in node.name.split("_")[1:] if word]
                if len(words) < FEWEST_WORDS and not ast.get_docstring(node):
                    self.places["no sentence"].append(f"{file}:{node.lineno} {node.name}")

    def row(self) -> dict[str, str]:
        """Return the row of the table, by column."""
        lines = sorted(self.functions)
        p95 = lines[int(0.95 * (len(lines) - 1))]
        return {
            "module med/max": f"{statistics.median_high(self.modules)}/{max(self.modules)}",
            "func med/p95/max": f"{statistics.median_high(lines)}/{p95}/{lines[-1]}",
            "annotated": _share(len(self.places["not annotated"]), len(lines)),
            "public doc": _share(len(self.places["not documented"]), self.public),
            "broad except": str(len(self.places["broad excepts"])),
            "tests with a sentence": _share(len(self.places["no sentence"]), self.tests),
        }


def _is_annotated(function: Function) -> bool:
    given = function.args
    asked = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    asked += [extra for extra in (given.vararg, given.kwarg) if extra]
    named = [argument for argument in asked if argument.arg not in ("self", "cls", "_")]
    return function.returns is not None and all(argument.annotation for argument in named)


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    return re.search(r"\b(Base)?Exception\b", caught) is not None


def _public(within: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    for node in within.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _share(missing: int, of: int) -> str:
    return f"{100 * (of - missing) / of:.1f} %" if of else "-"


def main() -> None:
    """Count and print."""
    ask = argparse.ArgumentParser(description="Print figures of a package and its tests.")
    for folder in ("bookstore", "tests"):
        ask.add_argument(folder, nargs="?", type=Path, default=ROOT / folder)
    ask.add_argument("--list", action="store_true", help="name what falls short")
    asked = ask.parse_args()
    figures = Figures()
    for file in sorted(asked.bookstore.rglob("*.py")):
        figures.read_module(file)
    for file in sorted(asked.tests.rglob("test_*.py")):
        figures.read_tests(file)
    row = figures.row()
    for cells in (row, ["--"] * len(row), row.values()):
        print("|", " | ".join(cells), "|")
    for name, places in figures.places.items() if asked.list else ():
        print(f"\n{name}:", *places, sep="\n  ")


if __name__ == "__main__":
    main()
