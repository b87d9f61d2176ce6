"""Whatever is cut comes out byte for byte, and versions share what they have in common."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from typing import Any

import notebooks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_notebooks import odd_notebooks

from bookstore.manifests import Manifest, split
from bookstore.manifests.splitting import CHUNKED_BYTES, LONG_BYTES, MOST_LITERALS_BYTES

RNG = random.Random(3)
PNG = RNG.randbytes(30_000)


def joined(body: bytes) -> bytes:
    """Return what comes out when *body* was cut, kept and read."""
    made = split(body)
    assert set(made.manifest.references()) == set(made.pieces)
    for digest, piece in made.pieces.items():
        assert hashlib.sha256(piece).hexdigest() == digest
    kept = Manifest.from_bytes(made.manifest.to_bytes())
    assert kept == made.manifest
    return kept.join(made.pieces.__getitem__)


def words(count: int) -> str:
    return " ".join(f"word{RNG.randrange(10**6)}" for _ in range(count))


def large_notebook(images: int = 3) -> dict[str, Any]:
    """A notebook with everything that is cut."""
    cells = [notebooks.markdown(words(100), f"text-{number}") for number in range(5)]
    for number in range(images):
        image = base64.b64encode(RNG.randbytes(20_000)).decode()
        table = "".join(f"<td>{words(3)}</td>\n" for _ in range(900))
        outputs = (notebooks.display(number, image_png=f"{image}\n", text_html=table),)
        cells.append(notebooks.code(words(30), f"code-{number}", outputs, number))
    return notebooks.notebook(*cells)


def new_bytes(before: bytes, after: bytes) -> int:
    """Return how many bytes of pieces *after* has that *before* had not."""
    known = split(before).pieces
    return sum(len(piece) for digest, piece in split(after).pieces.items() if digest not in known)


ODD = {
    "nothing": b"",
    "one byte": b"x",
    "zeros": bytes(300_000),
    "bytes of any kind": RNG.randbytes(700_000),
    "invalid UTF-8": b'{"cells": [\n  {\n   "source": "' + b"\xff\xfe\xed\xa0\x80" * 4000 + b'"}]}',
    "a byte order mark": b"\xef\xbb\xbf" + notebooks.on_disk(large_notebook()),
    "CRLF": notebooks.on_disk(large_notebook()).replace(b"\n", b"\r\n"),
    "deep nesting": b"[" * 400_000,
    "deep objects": b'{"a":' * 100_000,
    "a huge integer": b'{"a": ' + b"1" * 100_000 + b"}",
    "NaN": b'{"cells": [NaN, Infinity]}',
    "the same key twice": b'{"cells": [\n  {\n   "id": "a",\n   "id": "a"\n  }\n ], "cells": 1}',
    "an end in the middle": notebooks.on_disk(large_notebook())[:-60_000],
    "only quotation marks": b'"' * 100_000,
    "backslashes": b'"' + b"\\" * 100_000 + b'"',
    "no quotation mark but at the end": b"a" * 50_000 + b'"',
    "base64 that has bits left over": b'"' + b"QUJD" * 2000 + b'QUJ="',
    "base64 and a space": b'"' + b"QUJD" * 2000 + b' QUJD"',
    "base64 with a line end in it": b'"' + b"QUJD" * 2000 + b'\\nQUJD"',
    "base64 in lines, one of them short": b'"'
    + (b"QUJD" * 19 + b"\\n") * 90
    + b"QUJD\\n"
    + (b"QUJD" * 19 + b"\\n") * 9
    + b'"',
    "base64 with real line ends": b'"' + base64.encodebytes(PNG) + b'"',
    "a text": "".join(f"{words(12)}\n" for _ in range(6000)).encode(),
    "an indentation that never ends": b'{"cells": [\n'
    + b" " * 10**6
    + b"{\n"
    + b" " * 10**6
    + b'"',
    "a program": b"print('hello')\n" * 100,
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
def test_what_is_no_notebook_comes_out_byte_for_byte(body: bytes) -> None:
    assert joined(body) == body


def test_odd_notebooks_come_out_byte_for_byte() -> None:
    for name, body in odd_notebooks():
        assert joined(body) == body, name


FORMATS: dict[str, dict[str, Any]] = {
    "as Jupyter": {"indent": 1, "sort_keys": True, "ensure_ascii": False},
    "in ASCII": {"indent": 1},
    "indented by two": {"indent": 2},
    "indented by tabs": {"indent": "\t"},
    "in one line": {},
    "without spaces": {"separators": (",", ":")},
    "in lines that are not indented": {"indent": 0},
}


@pytest.mark.parametrize("style", FORMATS.values(), ids=FORMATS)
@settings(max_examples=25, deadline=None)
@given(notebook=notebooks.notebooks(), filler=st.sampled_from([1, 2000, 30_000]))
def test_a_notebook_comes_out_byte_for_byte_however_it_is_written(
    style: dict[str, Any], notebook: dict[str, Any], filler: int
) -> None:
    outputs = (notebooks.display(image_png=base64.b64encode(PNG[:filler]).decode()),)
    notebook["cells"].append(notebooks.code("größer 😀 " * filler, outputs=outputs))
    body = json.dumps(notebook, **style).encode("utf-8", "surrogatepass")
    assert joined(body) == body


@settings(deadline=None)
@given(
    pieces=st.lists(
        st.sampled_from([b'"', b"\n", b"\\n", b"\\", b"QUJD" * 1100, b"=", b"  {\n", b"x" * 4095])
        | st.binary(max_size=20),
        max_size=30,
    )
)
def test_any_bytes_come_out_as_they_were(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    assert joined(body) == body


@pytest.mark.parametrize("text", [base64.b64encode(PNG), base64.encodebytes(PNG).strip()])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_an_image_is_kept_decoded(text: bytes, end: bytes) -> None:
    notebook = notebooks.notebook(
        notebooks.code("plot()", "a", (notebooks.display(image_png=(text + end).decode()),))
    )
    body = notebooks.on_disk(notebook)
    assert list(split(body).pieces.values()) == [PNG]
    assert joined(body) == body


@pytest.mark.parametrize("style", FORMATS.values(), ids=FORMATS)
def test_versions_share_all_but_what_was_edited(style: dict[str, Any]) -> None:
    notebook = large_notebook(images=20)
    before = json.dumps(notebook, **style).encode()
    notebook["cells"][2]["source"] += " and more"
    notebook["cells"].append(notebook["cells"].pop(0))
    after = json.dumps(notebook, **style).encode()
    assert new_bytes(before, after) < len(after) / 10


def test_running_a_cell_again_leaves_what_it_showed() -> None:
    notebook = large_notebook()
    before = notebooks.on_disk(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] += 7
            cell["outputs"][0]["execution_count"] += 7
    assert new_bytes(before, notebooks.on_disk(notebook)) == 0


def test_a_changed_number_in_one_huge_output_moves_few_chunks() -> None:
    table = [f"<td>{words(3)}</td>\n" for _ in range(30_000)]

    def body() -> bytes:
        shown = notebooks.display(text_html="".join(table))
        return notebooks.on_disk(notebooks.notebook(notebooks.code("df", "a", (shown,))))

    before = body()
    table[15_000] = "<td>another</td>\n"
    after = body()
    assert len(after) > 3 * CHUNKED_BYTES
    assert new_bytes(before, after) < len(after) / 10


@pytest.mark.parametrize("line_end", ["\n", '"\n'])
def test_a_text_that_is_no_notebook_costs_its_difference(line_end: str) -> None:
    """There are no parts in it to share, so it is in the manifest as long as it is not large."""
    lines = [f"{words(12)}{line_end}" for _ in range(900)]
    body = "".join(lines).encode()
    assert MOST_LITERALS_BYTES / 3 < len(body) < MOST_LITERALS_BYTES
    assert split(body).pieces == {}


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_large_text_shares_all_but_what_was_edited(quote: str) -> None:
    lines = [f"{words(12)}{quote}\n" for _ in range(9000)]
    before = "".join(lines).encode()
    lines[4000] = "another line\n"
    after = "".join(lines).encode()
    assert len(after) > 3 * MOST_LITERALS_BYTES
    assert new_bytes(before, after) < len(after) / 20
    assert len(split(after).manifest.to_bytes()) < len(after) / 20


def test_a_manifest_stays_small_when_there_is_much_text() -> None:
    cells = [notebooks.markdown(words(150), f"text-{number}") for number in range(3000)]
    body = notebooks.on_disk(notebooks.notebook(*cells))
    assert len(body) > 10 * MOST_LITERALS_BYTES
    assert len(split(body).manifest.to_bytes()) < len(body) / 20
    assert joined(body) == body


def test_what_is_small_stays_in_the_manifest() -> None:
    body = notebooks.on_disk(notebooks.notebook("x = 1", notebooks.markdown("A text.", "text")))
    assert len(body) < LONG_BYTES
    made = split(body)
    assert made.manifest.parts == (len(body),)
    assert made.pieces == {}
