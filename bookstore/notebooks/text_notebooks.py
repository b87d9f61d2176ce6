"""Notebooks that are kept as text, as the server's contents manager opens and saves them.

Knows: Jupytext, where such a manager has it loaded.  Must not know: handlers, stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, NamedTuple, cast

import nbformat
from jupyter_core.utils import ensure_async

from ..errors import InvalidNotebook
from ..files.contents_managers import notebooks_as_text

Notebook = dict[str, Any]


@contextmanager
def _refused(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # another package's parser, of text that anybody wrote
        raise InvalidNotebook(f"{what}: {error}") from error


class TextFormat(NamedTuple):
    """How a text file and a notebook become each other."""

    extension: str
    config: Any
    """Jupytext's, for the file's folder."""

    def read(self, body: bytes) -> Notebook:
        """Return the notebook that *body* opens as; its cells' ids are new ones.  Blocks."""
        from jupytext import reads
        from jupytext.config import preferred_format

        fmt = preferred_format(self.extension, self.config.preferred_jupytext_formats_read)
        with _refused("The text does not open as a notebook"):
            return cast(Notebook, reads(body.decode(), fmt=fmt, config=self.config))

    def written(self, notebook: Notebook) -> bytes:
        """Return the text that a save of *notebook* writes.  Blocks."""
        from jupytext import writes

        with _refused("The notebook cannot be saved as text"):
            text: str = writes(nbformat.from_dict(notebook), fmt=self.extension, config=self.config)
            return text.encode()

    def comparable(self, content: bytes | Notebook) -> Notebook:
        """Return text, or a notebook that would be saved as text, as it is compared.  Blocks.

        Text keeps no ids of cells, so it is compared without.
        """
        body = content if isinstance(content, bytes) else self.written(content)
        notebook = self.read(body)
        for cell in notebook["cells"]:
            cell.pop("id", None)
        return {**notebook, "nbformat_minor": min(4, notebook["nbformat_minor"])}


async def text_format_of(contents_manager: object, path: str) -> TextFormat | None:
    """Return how the file at *path* opens as a notebook; None where it does not, and for an
    ``.ipynb`` file, which is one.
    """
    extension = PurePosixPath(path).suffix
    manager = notebooks_as_text(contents_manager)
    if extension == ".ipynb" or manager is None:
        return None
    config = await ensure_async(manager.get_config(path))
    is_notebook = extension in manager.all_nb_extensions(config)
    return TextFormat(extension, config) if is_notebook else None


async def notebook_in_text(contents_manager: object, body: bytes, path: str) -> Notebook | None:
    """Return the notebook that the text *body* opens as at *path*; None where it is no notebook."""
    text = await text_format_of(contents_manager, path)
    return None if text is None else await asyncio.to_thread(text.read, body)


async def without_header(contents_manager: object, body: bytes, path: str) -> bytes | Notebook:
    """Return *body*, of a file at *path*; of a notebook that is kept as text, its cells.

    Each save writes anew what such a text begins with.
    """
    text = await text_format_of(contents_manager, path)
    if text is None:
        return body
    try:
        notebook = await asyncio.to_thread(text.comparable, body)
    except InvalidNotebook:  # any text can have such a name
        return body
    return {**notebook, "metadata": {}}
