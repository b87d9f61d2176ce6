"""Puts what a driver returns together as frames: arrays by column, a chunk of rows at a time.

Rows as Python's tuples of a million clicks take half a gigabyte, their frame 46 MB.  The same
types come of every database: whole numbers stay whole where some are missing, times have
microseconds, texts are pandas' own.

Knows: drivers' values, arrays, pandas.  Must not know: what is read.
"""

from __future__ import annotations

import abc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
from sqlalchemy import (
    Boolean,
    DateTime,
    Double,
    Engine,
    Float,
    Integer,
    Numeric,
    Select,
    String,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeEngine

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy.engine import CursorResult

Values: TypeAlias = "Sequence[Any]"
Array: TypeAlias = "NDArray[Any] | pd.api.extensions.ExtensionArray"

ROWS_AT_ONCE = 500
"""So many rows are Python's objects at a time: with more than 700, Python's collector of garbage
looks through them, again and again, which takes three times as long as everything else."""
TEXT: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else object
"""The type of texts; pandas 2 has none that others know."""


class Column(abc.ABC):
    """A column of a frame that grows."""

    dtype: Any = np.dtype(object)

    def __init__(self) -> None:
        self.pieces: list[NDArray[Any]] = []

    @abc.abstractmethod
    def add(self, values: Values) -> None:
        """Add a chunk."""

    def array(self) -> Array:
        """Return all of them; then there are none any more."""
        pieces, self.pieces = self.pieces, []
        return np.concatenate(pieces) if pieces else np.empty(0, self.dtype)


class Objects(Column):
    """What there is no other column for."""

    def add(self, values: Values) -> None:
        piece = np.empty(len(values), self.dtype)
        piece[:] = values
        self.pieces.append(piece)


class Texts(Objects):
    """Texts; each is kept once, however often it stands there."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Any, Any] = {}

    def add(self, values: Values) -> None:
        super().add([*map(self._seen.setdefault, values, values)])

    def array(self) -> Array:
        array: Array = pd.Series(super().array(), dtype=TEXT).array
        return array


class Times(Column):
    """Times, which SQLite keeps as texts."""

    dtype = np.dtype("datetime64[us]")

    def add(self, values: Values) -> None:
        self.pieces.append(np.array(values, self.dtype))


class Doubles(Column):
    """Numbers that are not whole."""

    dtype = np.dtype(np.float64)

    def add(self, values: Values) -> None:
        self.pieces.append(np.array(values, self.dtype))


class Singles(Doubles):
    """Numbers of which MySQL keeps 24 bits: the shortest that means the same 24."""

    def add(self, values: Values) -> None:
        short = np.array(values, np.float64).astype(np.float32)
        self.pieces.append(short.astype(str).astype(self.dtype))


class Wholes(Column):
    """Whole numbers, also where some are missing."""

    dtype = np.dtype(np.int64)
    missing: Any = 0

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[NDArray[np.bool_]] = []

    def add(self, values: Values) -> None:
        gaps = np.zeros(len(values), bool)
        if None in values:
            gaps = np.array([value is None for value in values])
            values = [self.missing if value is None else value for value in values]
        self._gaps.append(gaps)
        self.pieces.append(np.array(values, self.dtype))

    def array(self) -> Array:
        gaps, self._gaps = self._gaps, []
        values = super().array()
        if not any(gap.any() for gap in gaps):
            return values
        return self.with_gaps(values, np.concatenate(gaps))

    def with_gaps(self, values: Any, gaps: NDArray[np.bool_]) -> Array:
        """Return an array some of whose values are missing."""
        return pd.arrays.IntegerArray(values, gaps)


class Truths(Wholes):
    """True, false, and perhaps neither."""

    dtype = np.dtype(np.bool_)
    missing = False

    def with_gaps(self, values: Any, gaps: NDArray[np.bool_]) -> Array:
        """Return an array some of whose values are missing."""
        return pd.arrays.BooleanArray(values, gaps)


_COLUMNS: tuple[tuple[type[TypeEngine[Any]], type[Column]], ...] = (
    (Boolean, Truths),
    (Integer, Wholes),
    (Double, Doubles),
    (Float, Singles),
    (Numeric, Doubles),
    (DateTime, Times),
    (String, Texts),
)
"""The first that fits is taken."""


def column_for(type_: TypeEngine[Any]) -> Column:
    """Return an empty column for values of *type_*."""
    return next((column for kind, column in _COLUMNS if isinstance(type_, kind)), Objects)()


def read(engine: Engine, select: Select[Any]) -> pd.DataFrame:
    """Return all rows of *select*."""
    columns = _columns(select)
    with _executed(engine, select) as result:
        _fill(columns, result, sys.maxsize)
    return _frame(columns)


def read_chunks(engine: Engine, select: Select[Any], chunksize: int) -> Iterator[pd.DataFrame]:
    """Yield the rows of *select*, *chunksize* at a time; the last chunk may have fewer."""
    with _executed(engine, select) as result:
        while True:
            columns = _columns(select)
            count = _fill(columns, result, chunksize)
            if count:
                yield _frame(columns)
            if count < chunksize:
                return


def _columns(select: Select[Any]) -> dict[str, Column]:
    return {column.name: column_for(column.type) for column in select.selected_columns}


def _fill(columns: dict[str, Column], result: CursorResult[Any], most: int) -> int:
    """Add at most *most* rows and return how many there were."""
    count = 0
    while count < most and (rows := result.fetchmany(min(ROWS_AT_ONCE, most - count))):
        count += len(rows)
        for column, values in zip(columns.values(), zip(*rows, strict=True), strict=True):
            column.add(values)
    return count


def _frame(columns: dict[str, Column]) -> pd.DataFrame:
    arrays: dict[str, Any] = {name: column.array() for name, column in columns.items()}
    frame: pd.DataFrame = pd.DataFrame(arrays, copy=False)
    return frame


@contextmanager
def _executed(engine: Engine, select: Select[Any]) -> Iterator[CursorResult[Any]]:
    """Give the rows of *select* as the driver makes them, without a detour for each value."""
    plain = [type_coerce(each, NullType()).label(each.name) for each in select.selected_columns]
    statement = select.with_only_columns(*plain, maintain_column_froms=True)
    with engine.connect() as connection:
        streamed = {"stream_results": True}
        result: CursorResult[Any] = connection.execute(statement, execution_options=streamed)
        try:
            yield result
        except GeneratorExit:
            _abandon(result)
            connection.invalidate()
            raise


def _abandon(result: CursorResult[Any]) -> None:
    """Let go of rows that nobody wants any more; PyMySQL would read them all first."""
    unread: Any = getattr(result.cursor, "_result", None)
    if hasattr(unread, "unbuffered_active"):
        unread.unbuffered_active = False
