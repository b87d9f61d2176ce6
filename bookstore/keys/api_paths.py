"""Pure string rules for Jupyter's API paths: ``/``-separated, relative to the server's root."""

from __future__ import annotations

import posixpath


def normal_path(path: str) -> str:
    """Return the one spelling of an API path: ``a//b/../c.ipynb`` is ``a/c.ipynb``."""
    return posixpath.normpath(path.strip("/")) if path.strip("/") else ""


def rebased(path: str, below: str, onto: str) -> str:
    """Return *path*, which is *below* or in it, as the same path in *onto*."""
    return onto + path.removeprefix(below)


def has_hidden_name(path: str) -> bool:
    """Return whether *path*, or a folder that it is in, has a name that begins with a dot."""
    return any(name.startswith(".") for name in normal_path(path).split("/"))
