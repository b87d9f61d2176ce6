"""Jupyter's notebooks as documents of a gallery.

Knows: the notebook format.  Must not know: where notebooks come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nbformat

from ..problems import NotebookProblem
from .interface import NotebookDocument

_VERSION = 4


class JupyterNotebook(NotebookDocument):
    """A Jupyter notebook; ``notebook`` is nbformat's own form of it."""

    def __init__(self, s: str, notebook_type: str = "jupyter", **kwargs: Any) -> None:
        super().__init__(s, notebook_type, **kwargs)
        try:
            self.notebook: Any = nbformat.reads(s, as_version=_VERSION)
        except (ValueError, nbformat.ValidationError, AttributeError, KeyError) as error:
            raise NotebookProblem(f"This is no notebook: {type(error).__name__}.") from error

    def content(self) -> str:
        """Return the notebook as JSON."""
        return str(nbformat.writes(self.notebook))

    def validate(self) -> None:
        """Raise nbformat's ``ValidationError`` if it is not valid."""
        nbformat.validate(self.notebook)

    def clean(self) -> None:
        """Take out outputs, execution counts and what else running it has left."""
        from nbstripout import strip_output

        strip_output(self.notebook, keep_output=False, keep_count=False, keep_id=True)

    def cells(self, **kwargs: Any) -> Iterator[Any]:
        """Yield its cells; with ``cell_type`` those of one type."""
        wanted = kwargs.get("cell_type")
        return (cell for cell in self.notebook.cells if wanted in (None, cell.cell_type))

    def sources(self, **kwargs: Any) -> Iterator[str]:
        """Yield the text of its cells; see :meth:`cells`."""
        return (cell.source for cell in self.cells(**kwargs))

    def code_sources(self) -> Iterator[str]:
        """Yield the text of its code cells."""
        return self.sources(cell_type="code")

    def doc_sources(self) -> Iterator[str]:
        """Yield the text of its Markdown cells."""
        return self.sources(cell_type="markdown")

    def metadata(self) -> Any:
        """Return its metadata, whose keys can be asked for as attributes."""
        return self.notebook.metadata

    def language_version(self) -> tuple[str | None, str | None]:
        """Return what it says of its language, or of its kernel's."""
        info = self.metadata().get("language_info", {})
        if "name" in info and "version" in info:
            return info["name"], info["version"]
        kernel = self.metadata().get("kernelspec", {})
        return kernel.get("language", info.get("name")), info.get("version")
