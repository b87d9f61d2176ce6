"""Whose server this is."""

from __future__ import annotations

import getpass
import os


def server_username() -> str:
    """Return whose server this is, which `{username}` in a prefix stands for.

    JUPYTERHUB_USER, else the account it runs under.
    """
    try:
        return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
    except (KeyError, OSError):  # no such account: a container with an arbitrary user ID
        return "unknown"
