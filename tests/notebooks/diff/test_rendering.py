"""Differences in a terminal."""

from __future__ import annotations

from typing import Any

from notebooks import code, display, error, markdown, notebook, stream

from bookstore.notebooks.diff import diff_notebooks, render_text


def rendered(base: dict[str, Any], remote: dict[str, Any], *, colour: bool = False) -> str:
    return render_text(base, diff_notebooks(base, remote), colour=colour, width=40)


def test_a_changed_cell_reads_like_git_diff() -> None:
    lines = [f"line_{number} = {number}\n" for number in range(20)]
    edited = [*lines[:3], "line_3 = three\n", *lines[4:15], *lines[16:]]
    base = notebook(code("".join(lines), "a"))
    assert (
        rendered(base, notebook(code("".join(edited), "a")))
        == """\
── cell 1 (code) changed ───────────────
@@ -1,7 +1,7 @@
  line_0 = 0
  line_1 = 1
  line_2 = 2
- line_3 = 3
+ line_3 = three
  line_4 = 4
  line_5 = 5
  line_6 = 6
@@ -13,7 +13,6 @@
  line_12 = 12
  line_13 = 13
  line_14 = 14
- line_15 = 15
  line_16 = 16
  line_17 = 17
  line_18 = 18
"""
    )


def test_added_and_removed_cells_are_shown_whole() -> None:
    base = notebook(code("old = 1", "a"), code("kept", "b"))
    remote = notebook(code("kept", "b"), markdown("# New\n\ntext", "c"))
    assert (
        rendered(base, remote)
        == """\
── cell 1 (code) removed ───────────────
- old = 1
── cell 2 (markdown) added ─────────────
+ # New
+
+ text
"""
    )


def test_a_cell_behind_an_added_one_has_both_its_numbers() -> None:
    base = notebook(code("x = 1", "a"))
    assert "── cell 1 → 2 (code) changed" in rendered(
        base, notebook(code("first", "n"), code("x = 2", "a"))
    )


def test_text_outputs_are_shown_by_lines_and_images_by_size() -> None:
    base = notebook(
        code("f()", "a", (stream("1\n2\n"), display(image_png="A" * 16_000, text_plain="Fig")), 1)
    )
    remote = notebook(
        code("f()", "a", (stream("1\n3\n"), display(image_png="B" * 24_000, text_plain="Fig")), 5)
    )
    assert (
        rendered(base, remote)
        == """\
── cell 1 (code) changed ───────────────
* outputs
  1
- 2
+ 3
* image/png changed, 12.0 KB → 18.0 KB
* execution count 1 → 5
"""
    )


def test_an_output_added_or_removed_is_summarised() -> None:
    base = notebook(code("f()", "a", (error("frame"),)))
    remote = notebook(code("f()", "a", (display(image_png="A" * 400, text_plain="<Figure>"),)))
    assert (
        rendered(base, remote)
        == """\
── cell 1 (code) changed ───────────────
* outputs
+ image/png, 300 B
+ <Figure>
- ValueError: no
"""
    )


def test_a_long_output_added_is_cut_short() -> None:
    text = "".join(f"{number}\n" for number in range(1_000))
    shown = rendered(notebook(code("f()", "a")), notebook(code("f()", "a", (stream(text),))))
    assert shown.endswith("+ 29\n* … 970 more lines\n")


def test_metadata_are_shown_by_their_place() -> None:
    base = notebook(markdown("x", "a"), kernelspec={"name": "python3", "language": "python"})
    remote = notebook(
        {**markdown("x", "a"), "metadata": {"tags": ["slow"]}},
        kernelspec={"name": "conda", "language": "python"},
    )
    assert (
        rendered(base, remote)
        == """\
── notebook ────────────────────────────
- metadata.kernelspec.name: "python3"
+ metadata.kernelspec.name: "conda"
── cell 1 (markdown) changed ───────────
+ metadata.tags: ["slow"]
"""
    )


def test_in_colour_the_changed_word_is_in_reverse_video() -> None:
    base, remote = notebook(code("x = first", "a")), notebook(code("x = second", "a"))
    assert "\x1b[31m- x = \x1b[7mfirst\x1b[27m\x1b[0m\n" in rendered(base, remote, colour=True)
    assert "\x1b[32m+ x = \x1b[7msecond\x1b[27m\x1b[0m\n" in rendered(base, remote, colour=True)


def test_escape_sequences_of_a_notebook_do_not_reach_the_terminal() -> None:
    evil = "\x1b]0;title\x07 \x1b[31mred\x1b[0m \x9b2J \u202eevil\r"
    remote = notebook(
        code(evil, "a", (stream(evil),)),
        {**markdown(evil, "b"), "cell_type": evil},
        **{evil: {"a": evil}},
    )
    shown = rendered(notebook(), remote)
    assert not set(shown) & set("\x1b\x07\x9b\u202e\r")
    assert "red" in shown, "colours go, their text stays"


def test_a_very_long_line_is_cut() -> None:
    base, remote = notebook(code("x" * 5_000, "a")), notebook(code("y" * 5_000, "a"))
    assert max(map(len, rendered(base, remote).splitlines())) < 1_100
    assert "(5,000 characters)" in rendered(base, remote)


def test_nothing_changed_is_nothing_shown() -> None:
    assert rendered(notebook(code("x", "a")), notebook(code("x", "a"))) == ""


def test_an_execution_count_of_zero_is_a_count() -> None:
    base, remote = (notebook({**code("x", "a"), "execution_count": count}) for count in (0, None))
    assert "* execution count 0 → none\n" in rendered(base, remote)
    assert "* execution count none → 0\n" in rendered(remote, base)


def test_cells_of_which_only_the_id_changed_are_one_line() -> None:
    base = notebook(code("same", "a"), markdown("too", "b"), code("old = 1\nkept", "c"))
    remote = notebook(code("same", "d"), markdown("too", "e"), code("new = 1\nkept", "c"))
    assert (
        rendered(base, remote)
        == """\
── cell 3 (code) changed ───────────────
- old = 1
+ new = 1
  kept
* only the id of 2 cells changed
"""
    )
    assert rendered(notebook(code("x", "a")), notebook(code("x", "b"))) == (
        "* only the id of 1 cell changed\n"
    )
