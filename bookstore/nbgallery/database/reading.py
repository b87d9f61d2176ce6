"""What makes a frame of a select: at once, or chunk by chunk.

Knows: the engine in use.  Must not know: which frames there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import Signature, signature
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec

from sqlalchemy import Engine, Select

from .connecting import current_engine
from .filters import FilterProblem
from .tables import check

if TYPE_CHECKING:
    from pandas import DataFrame

P = ParamSpec("P")


class Frame(Generic[P]):
    """A function that returns a frame, and whose :meth:`chunks` yields it in parts."""

    def __init__(self, select: Callable[Concatenate[Engine, P], Select[Any]]) -> None:
        self.select = select
        self.__doc__ = select.__doc__
        self.__name__ = select.__name__
        self.__signature__ = _without_engine(signature(select))

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> DataFrame:
        """Return the whole frame."""
        from .assembly import read

        engine = current_engine()
        check(engine)
        return read(engine, self.select(engine, *args, **kwargs))

    def chunks(self, chunksize: int, *args: P.args, **kwargs: P.kwargs) -> Iterator[DataFrame]:
        """Yield the frame in parts of *chunksize* rows; the database is asked as they are taken.

        One part is in memory at a time.  Filters are those of the function itself.
        """
        from .assembly import read_chunks

        if chunksize < 1:
            raise FilterProblem(f"chunksize is {chunksize!r}; it has to be at least 1.")
        engine = current_engine()
        check(engine)
        return read_chunks(engine, self.select(engine, *args, **kwargs), chunksize)


def _without_engine(whole: Signature) -> Signature:
    return whole.replace(
        parameters=list(whole.parameters.values())[1:], return_annotation="DataFrame"
    )
