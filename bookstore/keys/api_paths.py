"""Pure string rules for Jupyter's API paths: ``/``-separated, relative to the server's root."""

from __future__ import annotations

import posixpath


def normal_path(path: str) -> str:
    """Return the one spelling of an API path: ``a//b/../c.ipynb`` is ``a/c.ipynb``."""
    return posixpath.normpath(path.strip("/")) if path.strip("/") else ""


def rebased(path: str, below: str, onto: str) -> str:
    """Return *path*, which is *below* or in it, as the same path in *onto*."""
    return onto + path.removeprefix(below)
