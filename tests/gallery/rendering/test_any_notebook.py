"""Whatever JSON is in a notebook, there is a page, and nothing on it does anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from harmless import dangers, sections
from hostile_cells import PAYLOADS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_notebooks import odd_notebooks

from bookstore.errors import InvalidNotebook
from bookstore.gallery.rendering import render

ODD = dict(odd_notebooks())

texts = st.one_of(st.text(max_size=30), st.sampled_from([*PAYLOADS.values()]))
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
mimes = st.one_of(
    texts,
    st.sampled_from(
        ["text/html", "text/markdown", "text/plain", "image/png", "image/svg+xml", "text/latex"]
    ),
)
bundles = st.one_of(anything, st.dictionaries(mimes, anything, max_size=3))


def objects(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects that may have *values*, or something else in their place, or nothing."""
    mostly = {name: st.one_of(value, anything) for name, value in values.items()}
    return st.fixed_dictionaries({}, optional=mostly)


outputs = objects(
    output_type=st.sampled_from(["stream", "error", "display_data", "execute_result"]),
    name=st.sampled_from(["stdout", "stderr"]),
    text=texts,
    data=bundles,
    metadata=bundles,
    traceback=st.lists(texts, max_size=2),
)
cells = objects(
    cell_type=st.sampled_from(["code", "markdown", "raw", "heading"]),
    source=texts,
    outputs=st.lists(outputs, max_size=3),
    attachments=st.dictionaries(texts, bundles, max_size=2),
    metadata=bundles,
    execution_count=st.integers(),
)
notebooks = objects(
    nbformat=st.just(4), metadata=bundles, cells=st.lists(st.one_of(cells, anything), max_size=4)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(notebook=notebooks)
def test_any_json_is_shown_harmlessly_or_refused_in_words(notebook: Any) -> None:
    try:
        shown = render(json.dumps(notebook).encode(), cells=slice(0, None))
    except InvalidNotebook:
        assert not isinstance(notebook.get("cells"), list)
        return
    assert dangers(shown.html) == []
    assert sections(shown.html) == [f"cell-{number + 1}" for number in range(shown.cells)]


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_a_notebook_that_breaks_a_rule_is_shown_or_refused_in_words(body: bytes) -> None:
    try:
        shown = render(body)
    except InvalidNotebook:
        return
    assert dangers(shown.html) == []
    assert shown.html.count("<section") == shown.stop
