"""Imports go only downwards, foreign libraries stay in their rooms, and modules stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "bookstore"
if not PACKAGE.is_dir():  # the tests run beside an installed package
    import bookstore

    PACKAGE = Path(bookstore.__file__).parent

FLOORS = (
    "errors words processes s3_paths settings _version",
    "records authors concurrency files extras",
    "keys databases manifests",
    "store outbox notebooks client bookstore_config",
    "delivery history editors gallery",
    "wiring retention transfer nbgallery",
    "archive health scheduling",
    "remote",
    "actions",
    "http cli",
    "gallery/faces",
    "gallery/web gallery/api",
    "gallery/contract",
    "gallery_door gallery/hosts",
    "handlers clone publish papermill_io swift cloudfiles",
    "extension run_process notebook_jobs",
    "__init__ __main__",
)
"""From the ground up.  What is on a floor imports from those below it, and its neighbours never;
a wing is a folder, and a module beside the wings is a wing of one.  The gallery has its faces on a
floor of their own."""
UPSTAIRS = {room for rooms in FLOORS for room in rooms.split() if "/" in room}
"""Rooms that are not on the floor of their wing."""

ROOMS = {
    "aiobotocore": ("store/s3/",),
    "aiohttp": ("store/s3/", "store/swift/"),
    "botocore": ("store/s3/",),
    "sqlite3": ("databases/", "outbox/", "store/local/", "history/cell_index"),
    "jupyter_events": ("health/telemetry", "extension", "archive/collaboration"),
    "prometheus_client": ("health/telemetry",),
    "requests": ("client/",),
    "rich": ("cli/",),
    "zstandard": ("manifests/compression",),
    "pyfastcdc": ("manifests/chunks",),
    "tantivy": ("gallery/search/engines/derived/",),
    "sqlalchemy": ("gallery/", "nbgallery/", "cli/commands/gallery_"),
    "alembic": ("gallery/database/migrations/",),
    "pandas": ("nbgallery/database/",),
    "numpy": ("nbgallery/database/assembly",),
    "argon2": ("gallery/accounts/passwords",),
    "authlib": ("gallery/hosts/openid/provider",),
    "joserfc": ("gallery/hosts/openid/provider",),
    "jupyterhub": ("gallery/hosts/hub/",),
    "bcrypt": ("gallery/accounts/passwords",),
    "latex2mathml": ("gallery/rendering/mathematics",),
    "markdown_it": ("gallery/rendering/markdown",),
    "mdit_py_plugins": ("gallery/rendering/markdown",),
    "nh3": ("gallery/rendering/cleaning",),
    "pygments": ("gallery/rendering/highlighting",),
    "papermill": ("run_process",),
    "mcp": ("cli/commands/mcp_server",),
    "jupyter_scheduler": ("notebook_jobs/",),
    "croniter": ("notebook_jobs/",),
    "pytz": ("notebook_jobs/",),
    "jupytext": ("notebooks/text_notebooks",),
}
"""Which modules may import a library, by how their path begins."""

EXTRAS = {"gallery", "nbgallery"}
"""The wings whose libraries may not be installed: whatever else there is goes without them."""
VERBS_OF_EXTRAS = "cli/commands/gallery_"
"""Except the commands about them, which are imported when they are asked for ..."""
DOOR_OF_EXTRAS = "gallery_door.py"
"""... and the door to the gallery's pages, which imports them at the first request."""

MANAGERS = {"manager", "contents_manager", "contents_mgr", "parent"}
"""What a contents manager is called."""
ASKS_MANAGERS = "files/contents_managers.py"
"""The one room that asks a contents manager for what it may not have."""
SERVER_LIBRARIES = {"tornado", "jupyter_server"}
MOST_LINES = 400

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def room_of(parts: Sequence[str]) -> str:
    """The room that the module with this path, or of this dotted name, is in."""
    upstairs = "/".join(parts[:2])
    return upstairs if upstairs in UPSTAIRS else parts[0].removesuffix(".py")


def imports_of(module: Path) -> Iterator[tuple[str, str]]:
    """Yield ("own", room) and ("foreign", library) for everything *module* imports."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (("foreign", alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level:
                yield "foreign", str(node.module).split(".")[0]
                continue
            folder = module.parents[node.level - 1].relative_to(PACKAGE).parts
            inside = (*folder, *(node.module.split(".") if node.module else ()))
            yield from (("own", room_of((*inside, alias.name))) for alias in node.names)


def floor_of(room: str) -> int:
    found = [index for index, rooms in enumerate(FLOORS) if room in rooms.split()]
    assert len(found) == 1, f"{room} is on no floor"
    [floor] = found
    return floor


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_imports_only_what_is_below_it(module: Path) -> None:
    room = room_of(name_of(module).split("/"))
    own = {imported for kind, imported in imports_of(module) if kind == "own"} - {room}
    if room == "client":
        assert own <= {"errors", "processes", "_version"}, "the client talks HTTP only"
        return
    wrong = {imported for imported in own if floor_of(imported) >= floor_of(room)}
    assert not wrong


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_foreign_library_stays_in_its_room(module: Path) -> None:
    foreign = {imported for kind, imported in imports_of(module) if kind == "foreign"}
    for library in foreign & ROOMS.keys():
        assert name_of(module).startswith(ROOMS[library]), library
    room = room_of(name_of(module).split("/"))
    if room == "actions" or (room != "client" and floor_of(room) < floor_of("archive")):
        assert not foreign & SERVER_LIBRARIES


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_what_every_server_has_goes_without_the_extras(module: Path) -> None:
    if name_of(module).startswith(VERBS_OF_EXTRAS) or name_of(module).split("/")[0] in EXTRAS:
        return
    if name_of(module) == DOOR_OF_EXTRAS:
        assert not EXTRAS & set(wings_at_import(module))
        return
    own = {imported for kind, imported in imports_of(module) if kind == "own"}
    assert not EXTRAS & {imported.split("/")[0] for imported in own}


def wings_at_import(module: Path) -> Iterator[str]:
    """Yield the wings that are imported as soon as *module* is: by no function, for no checker."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            yield node.module.split(".")[0]


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
