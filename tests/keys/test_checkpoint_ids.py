"""Checkpoint IDs hold any version ID and path, in the characters that a route takes."""

from __future__ import annotations

import re

import pytest

from bookstore.keys.checkpoint_ids import CheckpointAddress, from_checkpoint_id, to_checkpoint_id

ADDRESSES = [
    CheckpointAddress("0123"),
    CheckpointAddress("save:8fb00e4fe953dbec342dc08ceb271c89"),
    CheckpointAddress("a/b+c=.~ü\n\x00", "older/näme 1.ipynb"),
    CheckpointAddress("v", "caf\udce9.ipynb"),
    CheckpointAddress("null", "x" * 1000),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_comes_back_from_its_id(address: CheckpointAddress) -> None:
    checkpoint_id = to_checkpoint_id(address)
    assert re.fullmatch(r"[\w-]+", checkpoint_id, re.ASCII)
    assert from_checkpoint_id(checkpoint_id) == address


@pytest.mark.parametrize(
    "foreign", ["checkpoint", "v-", "v-1", "v-WzFd", "v-WzEsMl0", "v-e30", "v"]
)
def test_other_ids_are_not_ours(foreign: str) -> None:
    assert from_checkpoint_id(foreign) is None
