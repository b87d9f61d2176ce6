"""What search has to have done now and then, as long as a gallery is served."""

from __future__ import annotations

import asyncio
import logging

from ...errors import BookstoreError
from ..catalogue import Catalogue
from .index import SearchIndex
from .reindexing import reindex

log = logging.getLogger(__name__)
EVERY_S = 60.0


async def keep_up(catalogue: Catalogue, index: SearchIndex, every_s: float = EVERY_S) -> None:
    """Mend the index and put what is to be put again, until it is cancelled."""
    while True:
        try:
            await once(catalogue, index)
        except BookstoreError as error:
            log.warning("Search is not kept up: %s", error.message)
        await asyncio.sleep(every_s)


async def once(catalogue: Catalogue, index: SearchIndex) -> None:
    """Do it once; raises what the database raises."""
    if await asyncio.to_thread(index.keep_whole, catalogue.database):
        log.warning("The search index was lost or damaged, and is made anew.")
    result = await reindex(catalogue, index)
    if result.made:
        log.info("Search took in %d notebooks.", result.made)
    for problem in [*result.without_cells, *result.problems]:
        log.warning("Search has no cells of the notebook %s", problem)
