"""What changed between two notebooks, as the extensions show it: in a dialog of JupyterLab's.

Knows: HTML, notebooks.  Must not know: HTTP.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ...notebooks.opening import open_bytes

STYLE = """<style>
.nb-diff { background: #fff; color: #1f2328; font: 13px/1.5 ui-monospace, monospace; }
.nb-diff-legend { margin: 0; color: #59636e; background: #fff; }
.nb-diff-cell { margin: 12px 0; padding-bottom: 8px; border: 1px solid #d0d7de;
  border-radius: 6px; }
.nb-diff-cell > div { padding: 0 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
.nb-diff-head { margin: 0 0 8px; padding: 7px 12px; border-bottom: 1px solid #d0d7de;
  color: #1f2328; font: 600 13px/1.4 sans-serif; }
.nb-diff-head > span { padding: 0 9px; border: 1px solid; border-radius: 999px; font-weight: 500; }
.nb-diff-added { color: #1a7f37; }
.nb-diff-removed { color: #b42318; }
.nb-diff-changed, .nb-diff-hunk, .nb-diff-note { color: #59636e; }
.nb-diff-gone { background: #ffebe9; }
.nb-diff-new { background: #e6f6ea; }
.nb-diff del { background: #ffc9c4; }
.nb-diff ins { background: #b4e3c1; text-decoration: none; }
</style>"""
"""The dialog knows nothing of the gallery's style: each colour stands here, on white."""
LEGEND = '<p class="nb-diff-legend">- only in the gallery, + only in this notebook</p>'
_NEW = re.compile(r'<div class="nb-diff-new">.*?</div>\n?', re.DOTALL)
_GONE = re.compile(r'<div class="nb-diff-gone">.*?</div>\n?', re.DOTALL)


def only_sources(notebook: bytes) -> bytes:
    """Return a notebook with nothing but what is written in its cells.

    What running it has left, and who opened it with what, are no differences to the extensions.
    Raises :class:`~bookstore.errors.InvalidNotebook`.
    """
    told: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}
    for cell in open_bytes(notebook).notebook.cells:
        kind, source = str(cell.get("cell_type", "raw")), cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        kept: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text}
        if kind == "code":
            kept |= {"outputs": [], "execution_count": None}
        told["cells"].append(kept)
    return json.dumps(told).encode()


def split(html: str) -> list[str]:
    """Return the same difference as two: how it was, and how it is."""
    return [_NEW.sub("", html), _GONE.sub("", html)]
