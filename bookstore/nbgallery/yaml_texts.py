"""YAML whose values are the texts that stand there.

Knows: YAML.  Must not know: what is said in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .problems import ConfigurationProblem


class Texts(yaml.SafeLoader):
    """Reads every value as the text that stands there: a password 0123 is no number."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - so PyYAML has it
        first: [(tag, regexp) for tag, regexp in resolvers if tag.endswith((":null", ":merge"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(file: Path) -> dict[str, Any]:
    """Return what *file* says; the problems that it raises name the file, and quote none of it."""
    try:
        content = Texts(file.read_text(encoding="utf-8")).get_single_data()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationProblem(f"{file} cannot be read: {type(error).__name__}.") from None
    except yaml.YAMLError as error:
        raise ConfigurationProblem(f"{file} is no YAML{_where(error)}.") from None
    if not isinstance(content, dict):
        raise ConfigurationProblem(
            f"{file} says nothing by key.", hint="It says key: value, in sections."
        )
    return content


def _where(error: yaml.YAMLError) -> str:
    """Return where a file is broken; the line itself may hold a password."""
    mark = getattr(error, "problem_mark", None)
    return f": line {mark.line + 1}, column {mark.column + 1}" if mark else ""
