"""Compression with zstd, alone or as the difference to something that the reader has, too.

Differences are what zstd's own tool makes and reads with ``--patch-from``.

Knows: zstd.  Must not know: what is compressed.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zstandard import ZstdCompressionParameters, ZstdCompressor, ZstdDecompressor

_LEVEL = 3
_WINDOW_LOGS = 10, 27
"""The least that zstd has, and the most that its tool reads without being asked to."""
_TABLE_LOGS = 10, 22
_PER_SLOT_LOG = 2
"""Of a base, every fourth position has a slot in the table: half as many find as little as half as
large a base would have, and more cost the time to clear them."""

_own = threading.local()

# zstandard is imported where it is used: a server that starts needs none of it.


def compress(data: bytes, base: bytes | None = None) -> bytes:
    """Return *data* as one frame of zstd; with *base*, as the difference to it."""
    import zstandard

    if not base:
        return _compressor().compress(data)
    return zstandard.ZstdCompressor(
        compression_params=_parameters((len(base) + len(data)).bit_length()),
        dict_data=zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT),
    ).compress(data)


def decompress(frame: bytes, base: bytes | None = None, *, max_bytes: int) -> bytes:
    """Return what :func:`compress` made *frame* of, with the same *base*.

    Raises ValueError when it is damaged, or more than *max_bytes*.
    """
    import zstandard

    try:
        size = zstandard.get_frame_parameters(frame).content_size
        if size > max_bytes:  # what does not say its size has the largest there is
            raise ValueError(f"A frame of more than {max_bytes} bytes is not read.")
        data = _decompressor(base).decompress(frame, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise ValueError(f"This is no frame of zstd, or a damaged one: {error}.") from error
    return data


@lru_cache(maxsize=64)
def _parameters(size_log: int) -> ZstdCompressionParameters:
    """Return how to find in a base, also at its start, what is repeated after it.

    By its levels zstd would look only through the end of a large base.
    """
    from zstandard import STRATEGY_DFAST, ZstdCompressionParameters

    table_log = _within(size_log - _PER_SLOT_LOG, _TABLE_LOGS)
    return ZstdCompressionParameters(
        window_log=_within(size_log, _WINDOW_LOGS),
        hash_log=table_log,
        chain_log=table_log,
        search_log=1,
        min_match=5,
        target_length=0,
        strategy=STRATEGY_DFAST,
        write_content_size=1,
        write_checksum=1,
    )


def _within(number: int, bounds: tuple[int, int]) -> int:
    return min(max(number, bounds[0]), bounds[1])


def _compressor() -> ZstdCompressor:
    """Return the thread's own: they are costly to make, and not to be shared."""
    made: ZstdCompressor | None = getattr(_own, "compressor", None)
    if made is None:
        from zstandard import ZstdCompressor

        made = _own.compressor = ZstdCompressor(level=_LEVEL, write_checksum=True)
    return made


def _decompressor(base: bytes | None) -> ZstdDecompressor:
    import zstandard

    if base:
        there = zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        return zstandard.ZstdDecompressor(dict_data=there)
    made: ZstdDecompressor | None = getattr(_own, "decompressor", None)
    if made is None:
        made = _own.decompressor = zstandard.ZstdDecompressor()
    return made
