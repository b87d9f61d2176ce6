"""Which gallery: ``nbgallery.yml``, the configuration of nbgallery itself, and the environment.

The first of these that says something about a key is believed: the environment
(``NBGALLERY_MYSQL_PASSWORD`` for ``mysql_password``), the first ``nbgallery.yml`` among
``config_dirs``, the Rails configuration that it names.  They are read when a name of this module
is asked for, and again whenever the environment, the folder or a file is another.

Knows: files and the environment.  Must not know: what they are good for.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .problems import ConfigurationProblem

if TYPE_CHECKING:
    from sqlalchemy import URL

FILE = "nbgallery.yml"
SECTION = "nbgallery"
MYSQL = ("username", "password", "host", "port", "database")
KEYS = (
    "rails_config",
    *(f"mysql_{name}" for name in MYSQL),
    "notebook_cache_dir",
    "database_url",
)
"""What the section ``nbgallery`` may say; ``database_url`` names any other gallery's database."""
DEFAULTS = {"mysql_host": "127.0.0.1", "mysql_port": "3306"}
_ERB = "<%"


def folders() -> list[Path]:
    """Return where ``nbgallery.yml`` is looked for, the first first."""
    import platformdirs

    sites = platformdirs.site_config_dir(SECTION, multipath=True).split(os.pathsep)
    return [Path.cwd(), Path(platformdirs.user_config_dir(SECTION)), *map(Path, sites)]


def load() -> dict[str, str]:
    """Return what is configured, by key; keys that nothing is said about are missing.

    Raises :class:`~bookstore.nbgallery.problems.ConfigurationProblem`, which names file and key.
    """
    found = _of_file()
    found.update(_of_environment())
    if rails := found.get("rails_config"):
        found = {**_of_rails(Path(rails)), **found}
    return {**DEFAULTS, **found}


def url(configured: Mapping[str, str] | None = None) -> URL:
    """Return the URL of the database, whatever signs its password holds."""
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    values = load() if configured is None else configured
    if "database_url" in values:
        try:
            return make_url(values["database_url"])
        except (ArgumentError, ValueError):
            raise ConfigurationProblem(
                "database_url is no URL of a database.",
                hint="Write it as postgresql://user@host/database or sqlite:////path/gallery.db.",
            ) from None
    for key in ("mysql_username", "mysql_database"):
        if key not in values:
            raise ConfigurationProblem(f"{key} is not configured.", hint=_how_to_say(key))
    return URL.create(
        "mysql",
        username=values["mysql_username"],
        password=values.get("mysql_password"),
        host=values["mysql_host"],
        port=_port(values["mysql_port"]),
        database=values["mysql_database"],
        query={"charset": "utf8mb4"},
    )


def __getattr__(name: str) -> Any:
    """Return what nbgallery-python kept in this module, as it is configured now."""
    if name == "config_dirs":
        return [str(folder) for folder in folders()]
    if name == "config":
        return {SECTION: {**dict.fromkeys(KEYS), **load()}}
    if name == "mysql_url":
        return url().render_as_string(hide_password=False)
    if name in KEYS:
        return load().get(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _of_environment() -> dict[str, str]:
    variables = {key: f"{SECTION}_{key}".upper() for key in KEYS}
    return {key: value for key, name in variables.items() if (value := os.environ.get(name))}


def _of_file() -> dict[str, str]:
    for folder in folders():
        file = folder / FILE
        if file.is_file():
            section = _mapping(_read(file), SECTION, file)
            return {key: value for key in KEYS if (value := _text(section, key, file, SECTION))}
    return {}


def _of_rails(file: Path) -> dict[str, str]:
    """Return what nbgallery's own configuration says, by our keys."""
    file = file.expanduser()
    if not file.is_file():
        raise ConfigurationProblem(
            f"rails_config names {file}, which is no file.",
            hint="Name nbgallery's own settings there, such as config/settings.local.yml.",
        )
    content = _read(file)
    mysql = _mapping(content, "mysql", file)
    directories = _mapping(content, "directories", file)
    found = {f"mysql_{name}": _text(mysql, name, file, "mysql") for name in MYSQL}
    found["notebook_cache_dir"] = _text(directories, "cache", file, "directories")
    return {key: value for key, value in found.items() if value}


def _read(file: Path) -> dict[str, Any]:
    from .yaml_texts import read

    return read(file)


def _mapping(content: Mapping[str, Any], key: str, file: Path) -> Mapping[str, Any]:
    value = content.get(key)
    if value is None and (key in content or key != SECTION):
        return {}
    if not isinstance(value, dict):
        raise ConfigurationProblem(
            f"{file} has no section {key}.", hint=f"Put the keys, indented, below the line {key}:"
        )
    return value


def _text(section: Mapping[str, Any], key: str, file: Path, within: str) -> str:
    value = section.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ConfigurationProblem(f"{file}: {within}.{key} has to be one value.")
    if _ERB in value:
        ours = key if key in KEYS else {"cache": "notebook_cache_dir"}.get(key, f"mysql_{key}")
        raise ConfigurationProblem(
            f"{file}: {within}.{key} is worked out by Ruby, which only nbgallery can do.",
            hint=_how_to_say(ours),
        )
    return value


def _port(value: str) -> int:
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    raise ConfigurationProblem(
        f"mysql_port is {value!r}, which is no port.", hint="It is a number; MySQL's is 3306."
    )


def _how_to_say(key: str) -> str:
    places = ", ".join(dict.fromkeys(map(str, folders())))
    variable = f"{SECTION}_{key}".upper()
    return (
        f"Write it below {SECTION}: in a file {FILE} in one of {places}, "
        f"or set the environment variable {variable}."
    )
