"""A drawing that a browser would draw for ever is not shown, wherever it is in a notebook."""

from __future__ import annotations

import base64

import pytest
from endless_drawings import ENDLESS, QUICK
from hostile_cells import notebook_of

from bookstore.gallery.rendering import render


def everywhere(svg: str) -> str:
    """A page with *svg* as an output, as an attachment, and in HTML."""
    encoded = base64.b64encode(svg.encode()).decode()
    bundle = {"image/svg+xml": encoded}
    outputs = [
        {"output_type": "display_data", "data": data} for data in (bundle, {"image/svg+xml": svg})
    ]
    shown = f"![x](attachment:a) <img src='data:image/svg+xml;base64,{encoded}'>"
    return render(
        notebook_of(
            {"cell_type": "code", "outputs": outputs},
            {"cell_type": "markdown", "source": shown, "attachments": {"a": bundle}},
        )
    ).html


@pytest.mark.parametrize("svg", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_is_drawn_for_ever_is_named(svg: str) -> None:
    html = everywhere(svg)
    assert "data:image" not in html
    assert html.count("which is damaged, or takes too long to draw") == 2
    assert html.count("Image: ") == 2


@pytest.mark.parametrize("svg", QUICK.values(), ids=QUICK.keys())
def test_what_is_drawn_in_a_moment_is_shown(svg: str) -> None:
    assert everywhere(svg).count("data:image/svg+xml;base64,") == 4
