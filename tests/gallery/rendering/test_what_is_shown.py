"""A notebook on a page of the gallery looks like the notebook in Jupyter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hostile_cells import notebook_of

from bookstore.errors import InvalidNotebook, TooLarge
from bookstore.gallery.rendering import Limits, Options, contents_html, render
from bookstore.gallery.rendering.diff import compare_html

PNG = "iVBORw0KGgo="


def markdown(source: Any, **more: Any) -> str:
    """The HTML of one cell of text."""
    return render(notebook_of({"cell_type": "markdown", "source": source, **more})).html


def code(source: Any, language: str = "python", **more: Any) -> str:
    """The HTML of one cell of code."""
    cell = {"cell_type": "code", "source": source, "metadata": {}, **more}
    return render(notebook_of(cell, language=language)).html


def output(limits: Limits | None = None, **output: Any) -> str:
    """The HTML of a cell with one output."""
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [output]}
    return render(notebook_of(cell), options=Options(limits=limits or Limits())).html


def display(data: dict[str, Any], **metadata: Any) -> str:
    """The HTML of a cell that displayed something."""
    return output(output_type="display_data", data=data, metadata=metadata)


# -- text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("|a|b|\n|-|-:|\n|1|2|", '<td style="text-align: right">2</td>'),
        ("~~old~~", "<s>old</s>"),
        ("- [x] done", '<li class="nb-task">☑ done</li>'),
        ("- [ ] open", '<li class="nb-task">☐ open</li>'),
        ("a note[^1]\n\n[^1]: as in JupyterLab", "a note[^1]"),
        ("$a<b$", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math></span>"),
        ("$$a=b$$", '<div class="nb-formula"><math display="block" alttext="a=b">'),
        ("so $\\nobody{knows}$", '<span class="nb-math">$\\nobody{knows}$</span>'),
        ("$$\\frac{a$$", '<div class="nb-math">$$\\frac{a$$</div>'),
        ("$$a \\\\ b$$", '<div class="nb-math">$$a \\\\ b$$</div>'),
        ("$$\\begin{gather}a\\\\b\\end{gather}$$", "<mtr><mtd><mi>b</mi></mtd></mtr></mtable>"),
        ("it costs $5 or $10", "it costs $5 or $10"),
        ("\\begin{align}a&b\\end{align}", '<mtd columnalign="right"><mi>a</mi></mtd>'),
        ("```python\nimport a\n```", '<span class="hl-kn">import</span>'),
        ("```unheard-of\na < b\n```", "a &lt; b"),
        ("H<sub>2</sub>O <kbd>x</kbd>", "H<sub>2</sub>O <kbd>x</kbd>"),
        ("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>"),
        ("<font color=red>x</font>", '<font color="red">x</font>'),
        ("[x](https://a.test/b?c=d#e)", '<a href="https://a.test/b?c=d#e" rel="noopener'),
        (["a\n", "\n", "b"], "<p>a</p>\n<p>b</p>"),
    ],
)
def test_markdown_looks_as_in_jupyter(source: Any, shown: str) -> None:
    assert shown in markdown(source)


def test_an_attachment_is_shown_where_the_text_has_it() -> None:
    attachments = {"a b.png": {"image/png": PNG}}
    html = markdown("![plot](attachment:a%20b.png)", attachments=attachments)
    assert f'src="data:image/png;base64,{PNG}" alt="plot"' in html
    assert "<img" not in markdown("![plot](attachment:other.png)", attachments=attachments)


def test_headings_have_anchors_and_make_a_table_of_contents_of_all_cells() -> None:
    cells = [
        {"cell_type": "markdown", "source": "# A *first* `part`\n\n[go](#Second)"},
        {"cell_type": "code", "source": "# no heading", "outputs": []},
        {"cell_type": "markdown", "source": "Second\n---\n\n> # quoted\n\n```\n# code\n```"},
        {"cell_type": "heading", "source": "Second", "level": 3},
    ]
    shown = render(notebook_of(*cells), cells=slice(0, 2))
    assert [(heading.level, heading.text, heading.cell) for heading in shown.outline] == [
        (1, "A first part", 0),
        (2, "Second", 2),
        (3, "Second", 3),
    ]
    assert '<h1 id="nb-A-first-part">' in shown.html
    assert 'href="#nb-Second"' in shown.html
    rest = render(notebook_of(*cells), cells=slice(2, None)).html
    assert '<h2 id="nb-Second">' in rest
    assert '<h3 id="nb-Second-2">' in rest
    contents = contents_html(shown, lambda index: f"?cell={index}")
    assert '<a href="#nb-A-first-part">A first part</a>' in contents
    assert '<a href="?cell=3#nb-Second-2">Second</a>' in contents
    assert contents_html(render(notebook_of()), str) == ""


# -- code ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "source", "shown"),
    [
        ("python", "def f(): pass", '<span class="hl-k">def</span>'),
        ("ipython3", "def f(): pass", '<span class="hl-k">def</span>'),
        ("R", "x <- TRUE", '<span class="hl-kc">TRUE</span>'),
        ("nobody knows", "a < b", "<code>a &lt; b</code>"),
        ("python", "%%bash\nfor i in a; do echo; done", '<span class="hl-k">for</span>'),
        ("python", "a = 'user\u202e'", '<span class="nb-odd">U+202E</span>'),
    ],
)
def test_code_has_the_colours_of_its_language(language: str, source: str, shown: str) -> None:
    assert shown in code(source, language)


def test_a_prompt_tells_the_count() -> None:
    assert ">[7]:</div>" in code("1", execution_count=7)
    assert ">[ ]:</div>" in code("1", execution_count=None)
    assert ">[ ]:</div>" in code("1", execution_count="*")


def test_what_jupyter_hides_is_folded() -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    hidden = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
    html = code("1", metadata=hidden, outputs=outputs)
    assert html.count('<details class="nb-hidden">') == 2
    assert (
        html.count("<details") == code("1", metadata={"tags": ["hide-input"]}).count("<details") + 1
    )
    assert "<details" not in code("1", outputs=outputs)


# -- outputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\x1b[31mred\x1b[0m plain", '<span class="ansi-red">red</span> plain'),
        ("\x1b[1;34mbold", '<span class="ansi-bold ansi-blue">bold</span>'),
        ("\x1b[91;41mx", '<span class="ansi-bright-red ansi-on-red">x</span>'),
        ("\x1b[38;5;196mx", '<span style="color: #ff0000">x</span>'),
        ("\x1b[48;2;1;2;3mx", '<span style="background-color: #010203">x</span>'),
        ("\x1b[1mx\x1b[22my", '<span class="ansi-bold">x</span>y'),
        ("\x1b[2K\x1b[1Ax", '<pre tabindex="0"><samp>x</samp></pre>'),
        ("10%\r50%\r100%\ndone", '<pre tabindex="0"><samp>100%\ndone</samp></pre>'),
        ("\n\na", "<samp>\n\na</samp>"),
        ("a\r\nb", '<pre tabindex="0"><samp>a\nb</samp></pre>'),
    ],
)
def test_what_was_printed_has_its_colours_and_no_other_commands(printed: str, shown: str) -> None:
    assert shown in output(output_type="stream", name="stdout", text=printed)


def test_what_was_printed_in_pieces_is_one_text() -> None:
    pieces = [
        {"output_type": "stream", "name": "stdout", "text": text} for text in ("a", ["b", "c"])
    ]
    assert "abc" in code("1", outputs=pieces)


def test_a_traceback_is_shown_and_without_one_the_error() -> None:
    traceback = ["\x1b[31mValueError\x1b[0m", "line 2"]
    html = output(output_type="error", ename="E", evalue="v", traceback=traceback)
    assert '<span class="ansi-red">ValueError</span>\nline 2' in html
    assert "E: v" in output(output_type="error", ename="E", evalue="v", traceback=[])


def test_an_output_is_shown_in_its_best_form() -> None:
    table = '<table border="1" class="dataframe"><tr><th>a</th></tr></table>'
    assert "<th>a</th>" in display({"text/plain": "plain", "text/html": table})
    assert "plain" not in display({"text/plain": "plain", "text/html": table})
    image = display({"text/plain": "<Figure>", "image/png": PNG}, **{"image/png": {"width": 300}})
    assert f'<img src="data:image/png;base64,{PNG}" alt="Output of cell 1" width="300"' in image
    assert "&lt;Figure&gt;" not in image
    assert "<em>x</em>" in display({"text/markdown": "*x*", "text/plain": "x"})
    assert '<math display="block" alttext="x">' in display({"text/latex": "$$x$$"})
    assert 'of <math display="inline" alttext="x">' in display({"text/latex": "of $x$"})
    assert '<pre tabindex="0"><samp>\\foo</samp></pre>' in display({"text/latex": "\\foo"})
    assert '"a": 1' in display({"application/json": {"a": 1}}).replace("&quot;", '"')


def test_an_svg_is_drawn_as_an_image() -> None:
    html = display({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>"})
    assert 'src="data:image/svg+xml;base64,' in html
    assert "<svg" not in html


@pytest.mark.parametrize(
    "data",
    [
        {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}},
        {"application/javascript": "alert(1)"},
        {"text/vnd.mermaid": "graph TD"},
        {"application/pdf": "JVBERi0="},
    ],
    ids=str,
)
def test_what_cannot_be_shown_is_named_and_its_text_shown(data: dict[str, Any]) -> None:
    [mime], [value] = data.keys(), data.values()
    html = display(data)
    assert mime in html
    assert str(value) not in html
    both = display({**data, "text/plain": "as text"})
    assert "as text" in both
    assert f"{mime} is for a running notebook" in both


def test_html_that_only_a_script_fills_is_said_to_need_one() -> None:
    html = display(
        {"text/html": "<div id=x></div><script>draw()</script>", "text/plain": "Figure()"}
    )
    assert "text/html is for a running notebook" in html
    assert "Figure()" in html


def test_without_outputs_none_are_shown() -> None:
    cell = {"cell_type": "code", "outputs": [{"output_type": "stream", "text": "printed"}]}
    assert "printed" in render(notebook_of(cell)).html
    assert "printed" not in render(notebook_of(cell), options=Options(outputs=False)).html


def test_other_cells_are_shown_as_they_are_written_and_named() -> None:
    raw = {"cell_type": "raw", "source": "<b>raw</b>"}
    assert "&lt;b&gt;raw&lt;/b&gt;" in render(notebook_of(raw)).html
    future = {"cell_type": "future", "source": "soon"}
    html = render(notebook_of(future)).html
    assert "unknown type: future" in html
    assert "soon" in html


# -- what is too much ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "cell", "sentence"),
    [
        (
            Limits(source=9),
            {"cell_type": "code", "source": "a" * 12},
            "3 more characters not shown",
        ),
        (Limits(source=9), {"cell_type": "markdown", "source": ["a" * 10]}, "1 more character not"),
        (
            Limits(text_output=5),
            {"cell_type": "code", "outputs": [{"output_type": "stream", "text": ["ab"] * 10}]},
            "15 more characters not shown",
        ),
        (
            Limits(outputs=2),
            {"cell_type": "code", "outputs": [{"output_type": "error"}] * 5},
            "3 more outputs are not shown",
        ),
        (
            Limits(html_output=30),
            {
                "cell_type": "code",
                "outputs": [{"output_type": "display_data", "data": {"text/html": "<p>x" * 10}}],
            },
            "10 more characters not shown",
        ),
        (
            Limits(image=4),
            {
                "cell_type": "code",
                "outputs": [{"output_type": "display_data", "data": {"image/png": "a" * 2_000}}],
            },
            "An image that cannot be shown: image/png, 2,000 characters",
        ),
        (Limits(portion=5), {"cell_type": "code", "source": "a" * 6}, "too much on this page"),
        (Limits(portion=9), {"cell_type": "markdown", "source": "&&"}, "too much on this page"),
        (Limits(portion=40), {"cell_type": "code", "source": "1 + 1"}, "Without colours: there is"),
    ],
)
def test_what_is_too_much_is_cut_with_a_sentence(
    limits: Limits, cell: dict[str, Any], sentence: str
) -> None:
    assert sentence in render(notebook_of(cell), options=Options(limits=limits)).html


def test_an_attachment_is_shown_as_often_as_there_is_room_for_it() -> None:
    cell = {
        "cell_type": "markdown",
        "source": "![x](attachment:a)\n" * 9_000,
        "attachments": {"a": {"image/png": "A" * 40_000}},
    }
    html = render(notebook_of(cell), options=Options(limits=Limits(portion=500_000))).html
    assert html.count("data:image/png") == 8
    assert html.count("Image: x") == 8_992


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "markdown", "source": "**a**"},
        {"cell_type": "code", "source": "**a**"},
        *(
            {
                "cell_type": "code",
                "outputs": [{"output_type": "display_data", "data": {mime: "<p>**a**"}}],
            }
            for mime in ("text/html", "text/markdown")
        ),
    ],
    ids=str,
)
def test_what_takes_too_long_is_shown_as_it_is_written(cell: dict[str, Any]) -> None:
    shown = render(notebook_of(cell, cell), options=Options(limits=Limits(portion_cpu_s=0)))
    assert shown.html.count("took too long") >= 2
    assert shown.html.count("**a**") == 2


def test_headings_beyond_the_limit_are_left_out_and_that_is_said() -> None:
    cell = {"cell_type": "markdown", "source": "# a\n" * 5}
    shown = render(notebook_of(cell), options=Options(limits=Limits(headings=3)))
    assert len(shown.outline) == 3
    assert "not complete" in shown.notes[-1]


def test_html_that_a_parser_would_need_minutes_for_is_shown_as_it_is_written() -> None:
    for html in ("<div>" * 1_000, "<b><i><u>" * 70 + "<p>" * 20_000):
        assert "nested too deeply" in display({"text/html": html + "x"})


# -- odd notebooks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"1", b"\xff", b"{", b'{"cells": 1}', b"null"])
def test_what_is_no_notebook_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(InvalidNotebook):
        render(body)


def test_a_notebook_that_is_too_large_is_refused_in_words() -> None:
    with pytest.raises(TooLarge, match="up to 10 B can be shown"):
        render(json.dumps(notebook_of()).encode(), options=Options(limits=Limits(body_bytes=10)))


def test_of_a_notebook_without_cells_that_is_said() -> None:
    assert render(notebook_of()).notes == ("This notebook has no cells.",)


def test_a_notebook_of_format_3_is_shown() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Old"},
        {"cell_type": "code", "input": "1", "outputs": [], "language": "python"},
    ]
    shown = render({"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}})
    assert shown.outline[0].text == "Old"
    assert '<span class="hl-mi">1</span>' in shown.html or ">1" in shown.html


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (slice(0, 2), (0, 2)),
        (slice(2, 4), (2, 4)),
        (slice(4, 99), (4, 5)),
        (slice(9, 12), (5, 5)),
        (slice(-2, None), (3, 5)),
        (slice(3, 1), (3, 3)),
    ],
)
def test_cells_are_shown_by_range(asked: slice, shown: tuple[int, int]) -> None:
    cells = [{"cell_type": "raw", "source": f"cell {number}"} for number in range(5)]
    found = render(notebook_of(*cells), cells=asked)
    assert (found.start, found.stop) == shown
    assert found.html.count("<section") == shown[1] - shown[0]


def test_a_page_begins_with_20_cells() -> None:
    cells = [{"cell_type": "raw", "source": "x"}] * 50
    shown = render(notebook_of(*cells))
    assert (shown.stop, shown.has_more) == (20, True)


# -- two revisions ---------------------------------------------------------------------------------


def test_what_changed_between_two_revisions_is_marked_within_its_line() -> None:
    old, new = (
        json.dumps(notebook_of({"cell_type": "code", "source": source, "outputs": [], "id": "a"}))
        for source in ("same\nx = 1", "same\nx = 2")
    )
    compared = compare_html(old.encode(), new.encode())
    head = (
        '<h3 class="nb-diff-head">Cell 1 (code) <span class="nb-diff-changed">changed</span></h3>'
    )
    assert head in compared.html
    assert compared.words == "1 cell changed."
    assert "x = <del>1</del>" in compared.html
    assert "x = <ins>2</ins>" in compared.html
    assert compared.summary["cells_changed"] == 1


def test_what_was_added_and_removed_is_shown_cell_by_cell() -> None:
    kept, gone, new = (
        {"cell_type": "markdown", "source": source, "metadata": {}, "id": source[:4]}
        for source in ("kept", "gone with the wind", "news of the day")
    )
    old, young = (json.dumps(notebook_of(*cells)).encode() for cells in ((kept, gone), (new, kept)))
    compared = compare_html(old, young)
    html = compared.html
    assert html.count('<section class="nb-diff-cell">') == 2
    assert '(markdown) <span class="nb-diff-added">added</span>' in html
    assert '<div class="nb-diff-new">+ news of the day</div>' in html
    assert '<div class="nb-diff-gone">- gone with the wind</div>' in html
    assert compared.words == "1 cell added, 1 cell removed."
    assert "Nothing changed." in compare_html(old, old).html
