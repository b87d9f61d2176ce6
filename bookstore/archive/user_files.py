"""What is read from and written to the user's files on behalf of clone, publish and restore.

Knows: contents managers.  Must not know: handlers, stores.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeAlias

from jupyter_core.utils import ensure_async

# Passed on, for actions import nothing of the server's.
from jupyter_server.services.contents.manager import ContentsManager as ContentsManager

from ..editors.reasons import saving_as
from ..errors import Conflict, InvalidNotebook, NotFound, TooLarge
from ..files.contents_managers import file_of
from ..notebooks.models import (
    build_file_model,
    build_mended_model,
    build_notebook_model,
    build_saving_model,
    model_bytes,
    warning,
)
from ..notebooks.text_notebooks import notebook_in_text
from ..records import Kind
from .capture import capture_of

Builder: TypeAlias = "Callable[[bytes, str], dict[str, Any]]"


async def save_copy(
    contents_manager: ContentsManager,
    body: bytes,
    *,
    target_path: str,
    source: str,
    naming: asyncio.Lock,
    kind: Kind = "clone",
    mend: bool = False,
) -> dict[str, Any]:
    """Save *body* as a new file at *target_path*, or beside it when that name is taken.

    A notebook arrives untrusted, but for a restored one that this user trusted before; with *mend*
    it is made valid.  Folders that are missing are made.  *source* is what history will say it
    came from.  *naming* is held between choosing a free name and saving under it.  Returns the
    contents model, without content; its ``message`` says what is not valid.
    """
    if kind == "restore":
        model = await _restored_model(contents_manager, body, target_path, mend=mend)
    else:
        model = await _built(_saving_builder(mend), body, target_path)
    with saving_as(kind, source=source):
        await _make_folders(contents_manager, target_path.rpartition("/")[0])
        async with naming:
            path = await free_path(contents_manager, target_path)
            await asyncio.to_thread(_refuse_what_is_no_file, contents_manager, path)
            model |= {"path": path, "name": path.rpartition("/")[2]}
            return await _save(contents_manager, model, path)


async def save_over(
    contents_manager: ContentsManager, body: bytes, *, path: str, source: str, mend: bool = False
) -> dict[str, Any]:
    """Restore *body* to *path*, over what is there; returns the contents model without content.

    An archiver makes what was there a version first, or refuses.  The rest is as in
    :func:`save_copy`.
    """
    model = await _restored_model(contents_manager, body, path, mend=mend)
    await asyncio.to_thread(_refuse_what_is_no_file, contents_manager, path)
    capture = capture_of(contents_manager)
    async with capture.replacing(path, source=source) if capture else nullcontext():
        with saving_as("restore", source=source):
            await _make_folders(contents_manager, path.rpartition("/")[0])
            return await _save(contents_manager, model, path)


async def _save(
    contents_manager: ContentsManager, model: dict[str, Any], path: str
) -> dict[str, Any]:
    """Save *model*; what it says about itself is in the answer, in place of Jupyter's words."""
    said = {name: model.pop(name) for name in [*model] if name in ("message", "hint")}
    saved: dict[str, Any] = await ensure_async(contents_manager.save(model, path))
    return {**saved, **said}


def _refuse_what_is_no_file(contents_manager: ContentsManager, path: str) -> None:
    os_path = file_of(contents_manager, path)
    if os_path is not None and os.path.lexists(os_path) and not os_path.is_file():
        raise Conflict(
            f"{path} is not a file now, so nothing can be saved there.",
            hint="Save it as a copy under another name.",
        )


async def as_opened(
    contents_manager: ContentsManager, model: dict[str, Any], body: bytes
) -> dict[str, Any]:
    """Return the contents *model* of *body* as an editor gets it: a notebook that is kept as text
    is a notebook.
    """
    notebook = await notebook_in_text(contents_manager, body, model["path"])
    if notebook is None:
        return model
    return {**model, "type": "notebook", "format": "json", "mimetype": None, "content": notebook}


async def own_model(contents_manager: ContentsManager, body: bytes, path: str) -> dict[str, Any]:
    """Return the contents model of *body*: trusted only where it is signed."""
    model = await _built(build_notebook_model, body, path)
    return await _trusted_where_signed(contents_manager, model)


async def _trusted_where_signed(
    contents_manager: ContentsManager, model: dict[str, Any]
) -> dict[str, Any]:
    if model["type"] == "notebook":
        notary, notebook = contents_manager.notary, model["content"]
        signature = await asyncio.to_thread(notary.compute_signature, notebook)
        # Its database belongs to the event loop's thread.
        notary.mark_cells(notebook, notary.store.check_signature(signature, notary.algorithm))
    return model


async def _restored_model(
    contents_manager: ContentsManager, body: bytes, path: str, *, mend: bool
) -> dict[str, Any]:
    try:
        model = await _built(_saving_builder(mend), body, path)
    except InvalidNotebook as error:
        if mend:
            raise
        # Something else wrote it so; its bytes come back as they were.
        kept = await asyncio.to_thread(build_file_model, body, path)
        return kept | warning(error.message, hint="It is restored as it was, byte for byte.")
    return await _trusted_where_signed(contents_manager, model)


def _saving_builder(mend: bool) -> Builder:
    return build_mended_model if mend else build_saving_model


async def _built(build: Builder, body: bytes, path: str) -> dict[str, Any]:
    """Return the contents model of *body*, which only a notebook's name makes a notebook."""
    build = build if path.endswith(".ipynb") else build_file_model
    return await asyncio.to_thread(build, body, path)


async def saved_bytes(
    contents_manager: ContentsManager,
    path: str,
    *,
    allow_hidden: bool,
    max_bytes: int | None = None,
) -> bytes:
    """Return the very bytes that are saved at *path*.

    Raises NotFound, and TooLarge before reading a file of more than *max_bytes*.
    """
    is_there = await ensure_async(contents_manager.file_exists(path))
    if is_there and not allow_hidden:  # what is not there may not even be asked about
        is_there = not await ensure_async(contents_manager.is_hidden(path))
    if not is_there:
        raise NotFound(f"There is no file {path!r}.", hint="Save it first, or send its content.")
    if (os_path := file_of(contents_manager, path)) is not None:
        return await asyncio.to_thread(_read, os_path, path, max_bytes)
    model = await ensure_async(contents_manager.get(path, content=True))
    return await asyncio.to_thread(model_bytes, model)


def _read(os_path: Path, path: str, max_bytes: int | None) -> bytes:
    try:
        size_bytes = os_path.stat().st_size
        if max_bytes is not None and size_bytes > max_bytes:
            raise TooLarge(f"{path} has {size_bytes} bytes; {max_bytes} are allowed.")
        return os_path.read_bytes()
    except OSError as error:
        raise NotFound(f"The file {path!r} cannot be read.") from error


async def free_path(contents_manager: ContentsManager, target_path: str) -> str:
    """Return *target_path*, with a number in its name when that is taken."""
    folder, _, name = target_path.rpartition("/")
    free = await ensure_async(contents_manager.increment_filename(name, folder))
    return f"{folder}/{free}" if folder else free


async def _make_folders(contents_manager: ContentsManager, folder: str) -> None:
    names = folder.split("/") if folder else []
    for depth in range(1, len(names) + 1):
        path = "/".join(names[:depth])
        if await ensure_async(contents_manager.dir_exists(path)):
            continue
        if await _is_taken(contents_manager, path):
            raise Conflict(
                f"{path} is not a folder, so nothing can be saved below it.",
                hint="Choose another target_path.",
            )
        await ensure_async(contents_manager.save({"type": "directory"}, path))


async def _is_taken(contents_manager: ContentsManager, path: str) -> bool:
    """Is there something at *path*, if only a link that leads nowhere?"""
    if (os_path := file_of(contents_manager, path)) is not None:
        return await asyncio.to_thread(os.path.lexists, os_path)
    return bool(await ensure_async(contents_manager.file_exists(path)))
