"""Nothing that anybody writes into a notebook does anything on a page of the gallery."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from harmless import MIXED, dangers, sections
from hostile_cells import PAYLOADS, PLACES, everywhere, notebook_of

from bookstore.gallery.rendering import (
    Limits,
    Options,
    contents_html,
    document,
    document_headers,
    page_headers,
    render,
    render_markdown,
)
from bookstore.gallery.rendering.cleaning import clean_piece, clean_whole
from bookstore.gallery.rendering.diff import compare_html

ALL = slice(0, None)
each_payload = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())


def test_there_are_many_payloads_and_places() -> None:
    assert len(PAYLOADS) > 100
    assert len(PLACES) > 35


@cache
def shown_everywhere(payload: str) -> str:
    """The page with *payload* in every place."""
    return render(everywhere(payload), cells=ALL).html


@each_payload
@pytest.mark.parametrize("careful", [False, True], ids=["set", "as written"])
def test_a_payload_is_harmless_in_every_place_and_stays_there(payload: str, careful: bool) -> None:
    options = Options(careful=True)
    html = (
        render(everywhere(payload), cells=ALL, options=options).html
        if careful
        else shown_everywhere(payload)
    )
    assert dangers(html) == []
    assert sections(html) == [f"cell-{number}" for number in range(1, len(PLACES) + 1)]


@each_payload
def test_what_is_clean_stays_as_it_is_when_it_is_parsed_again(payload: str) -> None:
    html = shown_everywhere(payload)
    assert clean_whole(html) == html


@each_payload
def test_the_second_wall_holds_alone(payload: str) -> None:
    once = clean_whole(payload.encode(errors="replace").decode())
    for html in (once, clean_whole(once)):
        found = dangers(html)
        assert [danger for danger in found if not danger.startswith(MIXED)] == []


class Nowhere(Mapping[str, str]):
    """Attachments whose look-up fails, as everything does where there is no memory left."""

    def __getitem__(self, name: str) -> str:
        raise MemoryError

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_an_attribute_that_cannot_be_judged_is_left_out() -> None:
    html, _ = clean_piece('<img src="attachment:a" alt="A plot">', attachments=Nowhere())
    assert "attachment:" not in html
    assert "A plot" in html


@each_payload
def test_descriptions_and_tables_of_contents_are_harmless(payload: str) -> None:
    assert dangers(render_markdown(payload)) == []
    cell = {"cell_type": "markdown", "metadata": {}, "source": f"# {payload}"}
    shown = render(notebook_of(cell), cells=slice(0, 0))
    assert dangers(clean_whole(contents_html(shown, lambda index: "https://a.test/"))) == []
    assert "<script" not in contents_html(shown, lambda index: "/there")


@each_payload
def test_the_difference_of_two_revisions_is_harmless(payload: str) -> None:
    if "\ud83d" in payload:  # compared as JSON that is valid text
        payload = payload.encode(errors="replace").decode()
    hostile = everywhere(payload)
    plain = notebook_of(*(place("x") for place in PLACES.values()))
    for base, remote in ((hostile, plain), (plain, hostile)):
        compared = compare_html(json.dumps(base).encode(), json.dumps(remote).encode())
        assert dangers(compared.html) == []


@each_payload
def test_where_remote_images_are_allowed_nothing_else_is(payload: str) -> None:
    shown = render(everywhere(payload), cells=ALL, options=Options(remote_images=True))
    found = dangers(shown.html)
    assert [danger for danger in found if not danger.startswith("an image from https://")] == []


def test_a_remote_image_is_a_link_until_it_is_allowed() -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": "![A map](https://a.test/map.png)"}
    notebook = notebook_of(cell)
    shown = render(notebook).html
    assert "<img" not in shown
    assert '<a class="nb-image" href="https://a.test/map.png"' in shown
    assert "Image: A map" in shown
    shown = render(notebook, options=Options(remote_images=True)).html
    assert 'referrerpolicy="no-referrer"' in shown
    assert 'src="https://a.test/map.png"' in shown


@pytest.mark.parametrize("width", ["1 onerror=alert(1)", "100%", True, None, -3, 10**9, [], 0.2])
def test_a_width_that_is_no_number_of_pixels_is_left_out(width: object) -> None:
    data = {"output_type": "display_data", "data": {"image/png": "aGk="}}
    output = {**data, "metadata": {"image/png": {"width": width, "height": 40}}}
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]}
    html = render(notebook_of(cell)).html
    assert " width=" not in html
    assert 'height="40"' in html


def test_the_headers_of_a_document_leave_it_no_origin_no_script_and_no_network() -> None:
    policy = document_headers(Options())["Content-Security-Policy"]
    assert policy.startswith(
        "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    )
    assert "allow-same-origin" not in policy
    assert "allow-scripts" not in policy


@pytest.mark.parametrize("headers", [document_headers, page_headers])
def test_headers_let_images_in_from_elsewhere_only_when_allowed(headers: object) -> None:
    assert callable(headers)
    shut, opened = headers(Options()), headers(Options(remote_images=True))
    assert "https:" not in shut["Content-Security-Policy"]
    assert "https:" in opened["Content-Security-Policy"]
    assert "'unsafe-eval'" not in shut["Content-Security-Policy"]
    assert shut["X-Content-Type-Options"] == "nosniff"


def test_the_title_of_a_document_is_text() -> None:
    page = document(render(notebook_of()), title="</title><script>1</script>", styles=["p {}"])
    assert "<script>" not in page


def test_a_portion_has_no_more_cells_than_the_limits_allow() -> None:
    cell = {"cell_type": "raw", "metadata": {}, "source": "x"}
    shown = render(notebook_of(*[cell] * 9), cells=ALL, options=Options(limits=Limits(cells=4)))
    assert (shown.start, shown.stop, shown.cells, shown.has_more) == (0, 4, 9, True)
