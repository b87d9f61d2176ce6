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

LAYERS = (
    "_version",
    "errors records s3_paths object_metadata path_locks os_lock disk background setting_checks"
    " strict_json api_paths checkpoint_ids seen_files setting_traits disk_facts folder_files"
    " interrupts authors",
    "file_replacing",
    "client intent notebook_json notebook_bytes clone_request reserved_keys notebook_diff retention"
    " validity",
    "opening mending",
    "contents_models workspace resemblance lifecycle",
    "preview comparable announcements shared_documents",
    "store outbox",
    "delivery store_condition pacing",
    "settling lines",
    "uploader recorder history",
    "bookstore_config manual_saves",
    "wiring",
    "identity health pages text_notebooks telemetry retaining",
    "copies archived_files",
    "api checkpoints recording early_recording notebook_saving retention_task start_check"
    " collaboration",
    "landing notebook_forms",
    "checkpointing",
    "archive history_api publish fs_clone",
    "clone versions compare restore",
    "handlers",
    "cli",
    "extension",
    "__init__ __main__",
)
"""From the bottom up; a module may import those above it in this table, never its neighbours."""

ROOMS = {
    "aiobotocore": ("store/s3",),
    "botocore": ("store/s3",),
    "sqlite3": ("outbox/", "store/local"),
    "jupyter_events": ("telemetry", "extension", "collaboration"),
    "prometheus_client": ("telemetry",),
    "requests": ("client/",),
    "rich": ("cli/",),
    "jupytext": ("text_notebooks",),
}
"""Which modules may import a library, by how their path begins."""

SERVER_LIBRARIES = {"tornado", "jupyter_server"}
MOST_LINES = 350

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


def layer_of(room: str) -> int:
    [layer] = [index for index, rooms in enumerate(LAYERS) if room in rooms.split()]
    return layer


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_imports_only_what_is_below_it(module: Path) -> None:
    room = name_of(module).split("/")[0].removesuffix(".py")
    own = {imported for kind, imported in imports_of(module) if kind == "own"} - {room}
    if room == "client":
        assert own <= {"errors", "_version"}, "the client talks HTTP only"
        return
    wrong = {imported for imported in own if layer_of(imported) >= layer_of(room)}
    assert not wrong


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_foreign_library_stays_in_its_room(module: Path) -> None:
    foreign = {imported for kind, imported in imports_of(module) if kind == "foreign"}
    for library in foreign & ROOMS.keys():
        assert name_of(module).startswith(ROOMS[library]), library
    room = name_of(module).split("/")[0].removesuffix(".py")
    if room != "client" and layer_of(room) < layer_of("identity"):
        assert not foreign & SERVER_LIBRARIES


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text)) or not text.strip()
