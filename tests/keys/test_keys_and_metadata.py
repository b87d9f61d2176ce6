"""Keys and metadata keep whatever Unicode people use, in a form that every store takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookstore.keys.metadata import MAX_TOTAL_BYTES, decode_metadata, encode_metadata
from bookstore.s3_paths import s3_display_path, s3_key, s3_path

NAMES = st.sampled_from(["save-id", "sha256", "author", "source", "kind", "label"])


@pytest.mark.parametrize(
    ("prefix", "path", "key"),
    [
        ("workspace", "a.ipynb", "workspace/a.ipynb"),
        ("/workspace/", "/a/b.ipynb", "workspace/a/b.ipynb"),
        ("workspace", "", "workspace"),
        ("", "a.ipynb", "a.ipynb"),
        ("a b", "c+d%41 😀.ipynb", "a b/c+d%41 😀.ipynb"),
        ("w", "bad\udcff.ipynb", "w/bad\\udcff.ipynb"),
    ],
)
def test_a_key_is_prefix_slash_path(prefix: str, path: str, key: str) -> None:
    assert s3_key(prefix, path) == key


def test_paths_name_the_bucket_too() -> None:
    assert s3_path("bucket", "workspace/", "a.ipynb") == "bucket/workspace/a.ipynb"
    assert s3_display_path("bucket", "workspace", "a.ipynb") == "s3://bucket/workspace/a.ipynb"


@given(st.dictionaries(NAMES, st.text(max_size=60), max_size=2))  # more may be more than fits
def test_metadata_comes_back_as_it_was(metadata: dict[str, str]) -> None:
    encoded = encode_metadata(metadata)
    assert decode_metadata(encoded) == metadata
    assert decode_metadata({name.title(): value for name, value in encoded.items()}) == metadata


@given(st.dictionaries(NAMES, st.text(max_size=3000)))
def test_metadata_fits_into_headers_of_every_store(metadata: dict[str, str]) -> None:
    encoded = encode_metadata(metadata)
    assert sum(len(name) + len(value) for name, value in encoded.items()) <= MAX_TOTAL_BYTES
    for name, value in encoded.items():
        assert name.startswith("bookstore-")
        assert len(value) < 256
        assert value.isascii()
        assert value == value.strip()
        assert value.isprintable()
    decoded = decode_metadata(encoded)
    assert decoded == {name: metadata[name] for name in decoded}, "whole, or not at all"


def test_a_long_value_is_continued_and_a_plain_one_stays_readable() -> None:
    encoded = encode_metadata({"author": "Ana María", "source": "x" * 600})
    assert encoded["bookstore-author"] == "Ana Mar%C3%ADa"
    assert [len(encoded[f"bookstore-source{n}"]) for n in ("", "-1", "-2")] == [255, 255, 90]


def test_what_other_tools_put_beside_it_is_passed_over() -> None:
    assert decode_metadata({"owner": "someone", "bookstore-kind": "save"}) == {"kind": "save"}
