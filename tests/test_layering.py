"""Imports go only downwards, foreign libraries stay in their rooms, and modules stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "bookstore"
if not PACKAGE.is_dir():  # the tests run beside an installed package
    import bookstore

    PACKAGE = Path(bookstore.__file__).parent

FLOORS = (
    "errors words s3_paths settings _version",
    "records authors concurrency files",
    "keys databases manifests",
    "store outbox notebooks client bookstore_config",
    "delivery history editors gallery",
    "wiring retention transfer nbgallery",
    "archive health scheduling",
    "actions",
    "http cli",
    "handlers clone publish papermill_io",
    "extension",
    "__init__ __main__",
)
"""From the ground up.  What is on a floor imports from those below it, and its neighbours never;
a wing is a folder, and a module beside the wings is a wing of one."""

ROOMS = {
    "aiobotocore": ("store/s3/",),
    "botocore": ("store/s3/",),
    "sqlite3": ("databases/", "outbox/", "store/local/", "history/cell_index"),
    "jupyter_events": ("health/telemetry", "extension", "archive/collaboration"),
    "prometheus_client": ("health/telemetry",),
    "requests": ("client/",),
    "rich": ("cli/",),
    "zstandard": ("manifests/compression",),
    "pyfastcdc": ("manifests/chunks",),
    "sqlalchemy": ("gallery/", "nbgallery/", "cli/commands/gallery_"),
    "alembic": ("gallery/database/migrations/",),
    "pandas": ("nbgallery/database/",),
    "numpy": ("nbgallery/database/assembly",),
    "jupytext": ("notebooks/text_notebooks",),
}
"""Which modules may import a library, by how their path begins."""

EXTRAS = {"gallery", "nbgallery"}
"""The wings whose libraries may not be installed: whatever else there is goes without them."""
VERBS_OF_EXTRAS = "cli/commands/gallery_"
"""Except the commands about them, which are imported when they are asked for."""

MANAGERS = {"manager", "contents_manager", "contents_mgr", "parent"}
"""What a contents manager is called."""
ASKS_MANAGERS = "files/contents_managers.py"
"""The one room that asks a contents manager for what it may not have."""
SERVER_LIBRARIES = {"tornado", "jupyter_server"}
MOST_LINES = 400

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def imports_of(module: Path) -> Iterator[tuple[str, str]]:
    """Yield ("own", room) and ("foreign", library) for everything *module* imports."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (("foreign", alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                yield "foreign", str(node.module).split(".")[0]
                continue
            folder = module.parents[node.level - 1]
            inside = folder.relative_to(PACKAGE).parts
            if inside:
                yield "own", inside[0]
            elif node.module:
                yield "own", node.module.split(".")[0]
            else:
                yield from (("own", alias.name) for alias in node.names)


def floor_of(room: str) -> int:
    found = [index for index, rooms in enumerate(FLOORS) if room in rooms.split()]
    assert len(found) == 1, f"{room} is on no floor"
    [floor] = found
    return floor


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_imports_only_what_is_below_it(module: Path) -> None:
    room = name_of(module).split("/")[0].removesuffix(".py")
    own = {imported for kind, imported in imports_of(module) if kind == "own"} - {room}
    if room == "client":
        assert own <= {"errors", "_version"}, "the client talks HTTP only"
        return
    wrong = {imported for imported in own if floor_of(imported) >= floor_of(room)}
    assert not wrong


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_foreign_library_stays_in_its_room(module: Path) -> None:
    foreign = {imported for kind, imported in imports_of(module) if kind == "foreign"}
    for library in foreign & ROOMS.keys():
        assert name_of(module).startswith(ROOMS[library]), library
    room = name_of(module).split("/")[0].removesuffix(".py")
    if room == "actions" or (room != "client" and floor_of(room) < floor_of("archive")):
        assert not foreign & SERVER_LIBRARIES


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_what_every_server_has_goes_without_the_extras(module: Path) -> None:
    if name_of(module).startswith(VERBS_OF_EXTRAS):
        return
    if name_of(module).split("/")[0] not in EXTRAS:
        assert not EXTRAS & {imported for kind, imported in imports_of(module) if kind == "own"}


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield what is named in an expression, also as a key."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant):
            yield str(part.value)


def ways_around(tree: ast.Module) -> Iterator[str]:
    """Yield where a contents manager is used without saying what is known of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if node.func.id in ("getattr", "hasattr") and MANAGERS & {*names_in(node.args[0])}:
                yield f"line {node.lineno}: {node.func.id} of a contents manager"
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
            if name in MANAGERS and "Any" in names_in(node.annotation):
                yield f"line {node.lineno}: {name} is of any type"


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_contents_manager_is_asked_only_for_what_its_type_has(module: Path) -> None:
    """Otherwise rooms reach each other through it in circles that no import shows."""
    if name_of(module) == ASKS_MANAGERS:
        return
    found = [*ways_around(ast.parse(module.read_text(encoding="utf-8")))]
    assert not found, (
        f"{name_of(module)}, {'; '.join(found)}: use capture_of, a type or protocol that has what "
        f"you need, or, for what managers of others may lack, a function of {ASKS_MANAGERS}"
    )


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text)) or not text.strip()
