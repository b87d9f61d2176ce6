"""An engine for papermill that needs no kernel, for tests of many runs."""

from __future__ import annotations

import threading
from typing import Any

import papermill
from papermill.engines import Engine, papermill_engines

NAME = "kernelless"
_lock = threading.Lock()
_now = 0


class Kernelless(Engine):
    """Executes cells in this process; ``at_once`` is how many notebooks it executes just then."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> None:
        global _now
        with _lock:
            _now += 1
        try:
            names: dict[str, Any] = {"at_once": lambda: _now}
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                exec(cell.source, names)
                nb_man.nb.metadata["said"] = str(names.get("said", ""))
                nb_man.cell_complete(cell, cell_index=index)
        finally:
            with _lock:
                _now -= 1


def ready() -> None:
    """Let papermill know it; called in each worker."""
    assert papermill.execute_notebook
    papermill_engines.register(NAME, Kernelless)
