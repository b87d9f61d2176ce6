"""Cut bytes of which nothing is known where their content says: an edit moves few of the cuts.

Where the cuts are is no part of any format: another library would only share less with what is
there already.

Knows: pyfastcdc.  Must not know: what is cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfastcdc import FastCDC

_AVERAGE_BYTES = 2**13


def chunk_ends(data: bytes, start: int, end: int) -> Iterator[int]:
    """Yield where the chunks of ``data[start:end]`` end, as places in *data*."""
    for chunk in _cutter().cut_buf(memoryview(data)[start:end]):
        yield start + chunk.offset + chunk.length


@lru_cache(maxsize=1)
def _cutter() -> FastCDC:
    from pyfastcdc import FastCDC  # only where something is cut

    return FastCDC(avg_size=_AVERAGE_BYTES)
