"""What is compressed comes out again, also with zstd's own tool; all of a base is used."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookstore.manifests import compress, decompress, should_be_whole
from bookstore.manifests.chain import LONGEST_CHAIN

MOST = 2**25
RNG = random.Random(9)


def text(size: int) -> bytes:
    """Words that are seldom the same, so only another version of the text helps."""
    count = size // 9
    return b" ".join(b"%08x" % RNG.getrandbits(32) for _ in range(count))


@settings(deadline=None)
@given(data=st.binary(max_size=3000), base=st.none() | st.binary(max_size=3000))
def test_what_is_compressed_comes_out_again(data: bytes, base: bytes | None) -> None:
    assert decompress(compress(data, base), base, max_bytes=MOST) == data


@pytest.mark.parametrize("size", [300, 20_000, 200_000, 1_000_000, 5_000_000])
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_change_anywhere_costs_as_little(size: int, place: float) -> None:
    base = text(size)
    at = int(size * place)
    data = base[:at] + b" something else " + base[at:]
    frame = compress(data, base)
    assert len(frame) < 100 + size / 5000
    assert decompress(frame, base, max_bytes=MOST) == data


def test_a_move_from_the_start_to_the_end_costs_as_little() -> None:
    base = text(200_000)
    assert len(compress(base[50_000:] + base[:50_000], base)) < 200


@pytest.mark.parametrize("size", [50, 20_000, 1_000_000])
def test_the_tool_of_zstd_reads_both_kinds(size: int, tmp_path: Path) -> None:
    tool = shutil.which("zstd")
    assert tool, "these tests need zstd: apt-get install zstd"
    base = text(size)
    data = b"changed at its start " + base
    (tmp_path / "base").write_bytes(base)
    (tmp_path / "delta.zst").write_bytes(compress(data, base))
    (tmp_path / "whole.zst").write_bytes(compress(data))

    def read(*arguments: str) -> bytes:
        command = [tool, "-q", "-d", "-c", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout

    assert read("whole.zst") == data
    assert read("--patch-from=base", "delta.zst") == data


@pytest.mark.parametrize("base", [None, b"something before " * 40])
def test_a_damaged_frame_is_refused(base: bytes | None) -> None:
    data = text(2000)
    frame = compress(data, base)
    for place in range(len(frame)):
        damaged = bytearray(frame)
        damaged[place] ^= 1
        try:
            read = decompress(bytes(damaged), base, max_bytes=MOST)
        except ValueError:
            continue
        assert read == data, "a bit that means nothing"
    for wrong in (b"", b"no frame", frame[:-1], frame + b"x", frame[1:]):
        with pytest.raises(ValueError, match=r"zstd|bytes"):
            decompress(wrong, base, max_bytes=MOST)


def test_another_base_is_refused() -> None:
    base = text(5000)
    frame = compress(b"new " + base, base)
    for other in (None, text(5000)):
        with pytest.raises(ValueError, match="zstd"):
            decompress(frame, other, max_bytes=MOST)


@pytest.mark.parametrize("base", [None, b"base"])
def test_what_would_be_too_large_is_refused_before_it_is_made(base: bytes | None) -> None:
    frame = compress(bytes(100_000), base)
    assert len(decompress(frame, base, max_bytes=100_000)) == 100_000
    with pytest.raises(ValueError, match="99999 bytes"):
        decompress(frame, base, max_bytes=99_999)


def test_a_chain_ends_when_it_is_long_or_large() -> None:
    assert not should_be_whole(0, 0, 10)
    assert not should_be_whole(LONGEST_CHAIN - 1, 10, 10)
    assert should_be_whole(LONGEST_CHAIN, 0, 10)
    assert should_be_whole(1, 11, 10)


def test_importing_bookstore_imports_neither_library() -> None:
    program = (
        "import sys, bookstore.manifests, bookstore.wiring;"
        "print({'zstandard', 'pyfastcdc'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"
