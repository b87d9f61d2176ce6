"""Lets search rank notebooks by what people make of them now, whoever has counted it."""

from __future__ import annotations

from datetime import timedelta

from ..catalogue import Catalogue
from ..catalogue.keeper import Duty
from ..search.index import SearchIndex
from ..search.reindexing import follow_numbers


def ranking(catalogue: Catalogue, index: SearchIndex) -> Duty:
    """Return what takes over the numbers that others have written, such as an nbgallery."""

    async def rank() -> list[str]:
        await follow_numbers(catalogue, index)
        return []

    return Duty(name="rank", every=timedelta(hours=1), do=rank)
