"""The table of nbgallery's contract in the documentation is what is served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from contract_verbs import VERBS, verbs_of

from bookstore.gallery.contract.base import ContractHandler
from bookstore.gallery.contract.routes import CONTRACT

PAGE = Path(__file__).parents[2] / "docs" / "source" / "reference" / "nbgallery-contract.md"
ROW = re.compile(r"^\| `(/[^`]*)` \| ([A-Z, ]*) \| ([A-Z, ]*) ?\|", re.MULTILINE)
TABLE = {
    path: (said.strip(), shared.strip())
    for path, said, shared in ROW.findall(PAGE.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("path", CONTRACT)
def test_a_route_is_in_the_table_with_what_it_answers(path: str) -> None:
    handler = CONTRACT[path]
    assert issubclass(handler, ContractHandler)
    shared = [verb for verb in VERBS if verb in handler.shared]
    assert TABLE[path] == (", ".join(verbs_of(handler)), ", ".join(shared))


def test_the_table_has_nothing_else() -> None:
    assert [*TABLE] == [*CONTRACT]
