"""Addresses of versions, as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookstore.actions.addresses import Address
from bookstore.errors import BadRequest

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
NAMES = WORDS.filter(lambda name: "/" not in name and name not in (".", "..")).map(
    lambda name: name[:20]
)
VALUES = WORDS.filter(lambda value: bool(value.strip())).map(lambda value: value[:100])


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("bookstore://a.ipynb", Address(place="a.ipynb")),
        ("bookstore://a/b c.ipynb?latest", Address(place="a/b c.ipynb")),
        ("bookstore://a/b%20c.ipynb", Address(place="a/b c.ipynb")),
        ("bookstore://50%25.ipynb", Address(place="50%.ipynb")),
        ("bookstore://why%3F.ipynb", Address(place="why?.ipynb")),
        ("bookstore://a.ipynb?version=v1", Address(place="a.ipynb", which="version", value="v1")),
        (
            "bookstore://a.ipynb?label=sent to Ada",
            Address(place="a.ipynb", which="label", value="sent to Ada"),
        ),
        (
            "bookstore://a.ipynb?at=2026-11-28T14:00+01:00",
            Address(place="a.ipynb", which="at", value="2026-11-28T14:00+01:00"),
        ),
        (
            "bookstore:///published/a.ipynb?label=x",
            Address(place="published/a.ipynb", is_key=True, which="label", value="x"),
        ),
    ],
)
def test_an_address_says_which_notebook_and_which_version(text: str, address: Address) -> None:
    assert Address.parse(text) == address


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a.ipynb", "begins with bookstore://"),
        ("bookstore:a.ipynb", "begins with bookstore://"),
        ("bookstore://", "names no notebook"),
        ("bookstore:///", "names no notebook"),
        ("bookstore://?version=v", "names no notebook"),
        ("bookstore://../a.ipynb", "without . and .."),
        ("bookstore://a//b.ipynb", "single slashes"),
        ("bookstore://a%00.ipynb", "NUL"),
        ("bookstore://a.ipynb?versoin=v", "names no version"),
        ("bookstore://a.ipynb?version", "names no version"),
        ("bookstore://a.ipynb?latest=1", "names no version"),
        ("bookstore://a.ipynb?version=", "version is empty"),
        ("bookstore://a.ipynb?label=%20", "label is empty"),
        (f"bookstore://a.ipynb?version={'v' * 2000}", "version is too long"),
        (f"bookstore:///{'k' * 2000}", "longer than 1024 bytes"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(text: str, told: str) -> None:
    with pytest.raises(BadRequest, match=told.replace(".", r"\.")):
        Address.parse(text)


@given(
    st.lists(NAMES, min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from(["version", "label", "at"]),
    VALUES,
)
def test_what_is_written_is_read_again(
    names: list[str], is_key: bool, which: str, value: str
) -> None:
    address = Address(place="/".join(names), is_key=is_key, which=which, value=value)  # type: ignore[arg-type]
    assert Address.parse(str(address)) == address
    assert str(address).isascii()
    assert " " not in str(address)
