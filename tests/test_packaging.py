"""What is promised about requirements is what is tested; what is installed is complete."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest

import bookstore

ROOT = Path(__file__).parents[1]
EXTRAS = (
    "gallery",
    "postgresql",
    "mysql",
    "dataframes",
    "tantivy",
    "openid",
    "jupyterhub",
    "scheduling",
    "mcp",
)
PROMISED = ("requirements.txt", *(f"requirements-{extra}.txt" for extra in EXTRAS))
"""What is installed with bookstore, at once or when asked for."""
LOCKED = (
    *(*PROMISED, "requirements-dev.txt", "docs/requirements.txt"),
    *("ci/requirements-companions.txt", "ci/requirements-front-end.txt"),
)
"""What ``tox -e lock`` reads."""


def _versions(name: str, pattern: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(rf"^([\w-]+)(?:\[\w+\])?{pattern}([\d.]+)$", text, re.MULTILINE))


@pytest.mark.parametrize("name", PROMISED)
def test_the_tested_minimum_is_the_promised_minimum(name: str) -> None:
    promised = _versions(name, ">=")
    tested = _versions("ci/constraints-minimum.txt", "==")
    assert promised
    assert {name: tested.get(name) for name in promised} == promised


@pytest.mark.parametrize("name", PROMISED)
def test_every_requirement_has_a_tested_minimum(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    required = [line for line in lines if line and not line.startswith("#")]
    assert len(required) == len(_versions(name, ">="))


def test_every_requirement_is_locked_and_no_registry_is_named() -> None:
    lock = (ROOT / "ci/requirements-locked.txt").read_text(encoding="utf-8")
    locked = {line.partition("==")[0] for line in lock.splitlines() if not line.startswith("#")}
    for name in LOCKED:
        text = (ROOT / name).read_text(encoding="utf-8")
        required = {each.lower() for each in re.findall(r"^[a-zA-Z][\w-]*", text, re.MULTILINE)}
        assert required
        assert {each.replace("_", "-") for each in required} <= locked, name
    assert "/" not in lock


# -- the front end -----------------------------------------------------------------------------

SOURCES = ROOT / "labextension"
LABEXTENSION = "share/jupyter/labextensions/bookstore-labextension"
SERVER_CONFIG = "etc/jupyter/jupyter_server_config.d/bookstore.json"


def _json(file: Path) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(file.read_text(encoding="utf-8")))


def _built() -> Path:
    """The compiled front end: the checkout's, or what was installed from it."""
    committed = ROOT / "bookstore" / "labextension"
    return committed if committed.is_dir() else Path(sys.prefix) / LABEXTENSION


def test_the_front_end_has_the_release_of_the_package() -> None:
    numbers = ".".join(map(str, bookstore.version_info[:3]))
    rest = "".join(f"-{part}" for part in bookstore.version_info[3:])
    assert _json(SOURCES / "package.json")["version"] == numbers + rest


def test_the_compiled_front_end_was_compiled_from_these_sources() -> None:
    """CI compiles it again and compares; this notices the most likely slips without Node.js."""
    built = _json(_built() / "package.json")
    start = built["jupyterlab"].pop("_build")
    assert built == _json(SOURCES / "package.json")
    assert (_built() / start["load"]).is_file()
    schemas = _built() / "schemas" / "bookstore-labextension"
    for source in (SOURCES / "schema").glob("*.json"):
        assert _json(schemas / source.name) == _json(source)


def test_jupyterlab_finds_the_front_end_after_installation() -> None:
    installed = Path(sys.prefix) / LABEXTENSION / "package.json"
    assert _json(installed)["name"] == "bookstore-labextension"


def test_the_lock_of_the_front_end_names_no_registry() -> None:
    packages = _json(SOURCES / "package-lock.json")["packages"]
    assert packages
    assert not [name for name, facts in packages.items() if "resolved" in facts]


def _build_wheel(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Build a wheel from *checkout* where there is no Node.js."""
    nothing = checkout / "no-programs"
    nothing.mkdir()
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation"]
    return subprocess.run(
        [*command, "--disable-pip-version-check", "--wheel-dir", "wheels"],
        cwd=checkout,
        env={**os.environ, "PATH": str(nothing)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a clone holds that a build reads."""
    copy = tmp_path / "checkout"
    unwanted = shutil.ignore_patterns("node_modules", "lib", "__pycache__", "*.tsbuildinfo")
    for folder in ("bookstore", "labextension"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=unwanted)
    for name in ("setup.py", "pyproject.toml", *PROMISED, "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


def _extras_of(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        facts = archive.read(metadata).decode()
    return set(re.findall(r"^Provides-Extra: (\S+)$", facts, re.MULTILINE))


@pytest.mark.checkout
def test_a_clone_installs_without_node(checkout: Path) -> None:
    built = _build_wheel(checkout)
    assert built.returncode == 0, built.stdout + built.stderr
    [wheel] = (checkout / "wheels").glob("bookstore-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    data = {name.partition(".data/data/")[2] for name in names if ".data/data/" in name}
    compiled = checkout / "bookstore" / "labextension"
    files = [file for file in compiled.rglob("*") if file.is_file()]
    wanted = {f"{LABEXTENSION}/{file.relative_to(compiled).as_posix()}" for file in files}
    assert data == wanted | {f"{LABEXTENSION}/install.json", SERVER_CONFIG}
    assert {*EXTRAS} == _extras_of(wheel)


@pytest.mark.checkout
def test_without_the_compiled_files_and_node_the_build_says_what_is_missing(
    checkout: Path,
) -> None:
    shutil.rmtree(checkout / "bookstore" / "labextension")
    built = _build_wheel(checkout)
    assert built.returncode != 0
    assert "npm is not on PATH" in built.stdout + built.stderr
