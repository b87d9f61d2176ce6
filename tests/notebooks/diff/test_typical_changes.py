"""What people do to notebooks, and the difference they expect to see."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from notebooks import code, display, markdown, notebook, stream

from bookstore.notebooks.diff import DiffOp, DiffSummary, apply_diff, diff_notebooks, summarise
from bookstore.notebooks.diff.operations import same

LOAD = code("import pandas as pd\ndf = pd.read_csv('data.csv')\ndf.head()", "load")
CLEAN = code("df = df.dropna()\ndf['year'] = df.date.dt.year", "clean")
PLOT = code("df.groupby('year').price.mean().plot()", "plot")
TITLE = markdown("# Prices\n\nWhere they come from, and *where* they go.", "title")
CELLS = (TITLE, LOAD, CLEAN, PLOT)


def without_ids(*cells: dict[str, Any]) -> list[dict[str, Any]]:
    """The same cells, as notebooks before nbformat 4.5 have them."""
    return [{key: value for key, value in cell.items() if key != "id"} for cell in cells]


def cell_ops(base: dict[str, Any], remote: dict[str, Any]) -> list[DiffOp]:
    """The operations on the cells, when nothing else changed; checks that they are right."""
    diff = diff_notebooks(base, remote)
    assert same(apply_diff(base, diff), remote)
    [op] = diff
    assert (op["op"], op["key"]) == ("patch", "cells")
    return op["diff"]


def changed(cell: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(cell), **parts}


@pytest.mark.parametrize("cells", [CELLS, without_ids(*CELLS)], ids=["ids", "no ids"])
class TestWithIdsAndWithout:
    def test_a_changed_line_is_patched_within_its_cell(self, cells: list[dict[str, Any]]) -> None:
        edited = changed(cells[1], source=cells[1]["source"].replace("data.csv", "prices.csv"))
        assert cell_ops(notebook(*cells), notebook(cells[0], edited, *cells[2:])) == [
            patch(
                1,
                patch("source", patch(1, addrange(18, "prices"), removerange(18, 4))),
            )
        ]

    def test_a_cell_inserted_in_the_middle(self, cells: list[dict[str, Any]]) -> None:
        new = code("df.describe()")
        remote = notebook(*cells[:2], new, *cells[2:])
        assert cell_ops(notebook(*cells), remote) == [addrange(2, [new])]

    def test_a_removed_cell_is_one_removed_range(self, cells: list[dict[str, Any]]) -> None:
        remote = notebook(cells[0], *cells[2:])
        assert cell_ops(notebook(*cells), remote) == [removerange(1, 1)]

    def test_a_cell_moved_is_removed_here_and_added_there(
        self, cells: list[dict[str, Any]]
    ) -> None:
        remote = notebook(cells[1], cells[2], cells[3], cells[0])
        assert cell_ops(notebook(*cells), remote) == [
            removerange(0, 1),
            addrange(4, [cells[0]]),
        ]

    def test_a_rerun_changes_outputs_and_counts_only(self, cells: list[dict[str, Any]]) -> None:
        before = changed(cells[1], outputs=[stream("1\n2\n")], execution_count=3)
        after = changed(cells[1], outputs=[stream("1\n3\n")], execution_count=7)
        [op] = cell_ops(notebook(cells[0], before), notebook(cells[0], after))
        assert [inner["key"] for inner in op["diff"]] == ["execution_count", "outputs"]
        [output] = op["diff"][1]["diff"]
        assert output == patch(0, patch("text", addrange(1, ["3\n"]), removerange(1, 1)))

    def test_a_cell_of_another_type_is_another_cell(self, cells: list[dict[str, Any]]) -> None:
        other = markdown(cells[2]["source"], cells[2].get("id"))
        assert cell_ops(notebook(*cells), notebook(*cells[:2], other, *cells[3:])) == [
            addrange(2, [other]),
            removerange(2, 1),
        ]

    def test_a_cell_split_in_two_keeps_one_part(self, cells: list[dict[str, Any]]) -> None:
        lines = cells[1]["source"].splitlines(keepends=True)
        first = changed(cells[1], source="".join(lines[:2]).rstrip("\n"))
        second = code(lines[2])
        ops = cell_ops(notebook(*cells), notebook(cells[0], first, second, *cells[2:]))
        assert [(op["op"], op["key"]) for op in ops] == [("patch", 1), ("addrange", 2)]

    def test_changed_metadata_is_patched_by_its_key(self, cells: list[dict[str, Any]]) -> None:
        tagged = changed(cells[3], metadata={"tags": ["slow"]})
        assert cell_ops(notebook(*cells), notebook(*cells[:3], tagged)) == [
            patch(3, patch("metadata", {"op": "add", "key": "tags", "value": ["slow"]}))
        ]


def patch(key: str | int, *ops: DiffOp) -> DiffOp:
    return {"op": "patch", "key": key, "diff": [*ops]}


def addrange(key: int, values: list[Any] | str) -> DiffOp:
    return {"op": "addrange", "key": key, "valuelist": values}


def removerange(key: int, length: int) -> DiffOp:
    return {"op": "removerange", "key": key, "length": length}


def test_markdown_edited_shows_the_word() -> None:
    edited = changed(TITLE, source=TITLE["source"].replace("go.", "went."))
    assert cell_ops(notebook(TITLE), notebook(edited)) == [
        patch(0, patch("source", patch(2, addrange(39, "went"), removerange(39, 2))))
    ]


def test_an_image_that_changed_is_replaced_within_its_output() -> None:
    before = changed(PLOT, outputs=[display(image_png="iVBORold", text_plain="<Figure>")])
    after = changed(PLOT, outputs=[display(image_png="iVBORnew", text_plain="<Figure>")])
    [op] = cell_ops(notebook(before), notebook(after))
    [output] = op["diff"][0]["diff"]
    [data] = output["diff"]
    assert (data["key"], [mime["key"] for mime in data["diff"]]) == ("data", ["image/png"])


def test_a_change_of_kernel_patches_the_notebook_s_metadata() -> None:
    base = notebook(PLOT, kernelspec={"name": "python3", "language": "python"})
    remote = notebook(PLOT, kernelspec={"name": "conda", "language": "python"})
    assert diff_notebooks(base, remote) == [
        patch("metadata", patch("kernelspec", {"op": "replace", "key": "name", "value": "conda"}))
    ]


def test_ids_added_by_an_upgrade_change_nothing_else() -> None:
    base = {**notebook(*without_ids(*CELLS)), "nbformat_minor": 4}
    diff = diff_notebooks(base, notebook(*CELLS))
    cells, minor = diff
    assert minor == {"op": "replace", "key": "nbformat_minor", "value": 5}
    assert cells["diff"] == [
        patch(at, {"op": "add", "key": "id", "value": cell["id"]}) for at, cell in enumerate(CELLS)
    ]


def test_ids_made_anew_change_nothing_else() -> None:
    renamed = [{**cell, "id": f"new-{at}"} for at, cell in enumerate(CELLS)]
    ops = cell_ops(notebook(*CELLS), notebook(*renamed))
    assert all([inner["key"] for inner in op["diff"]] == ["id"] for op in ops)


def test_ids_that_number_the_cells_are_no_ids() -> None:
    """A cell is inserted on top, and ``cell-0`` … ``cell-3`` become ``cell-1`` … ``cell-4``."""
    base = [{**cell, "id": f"cell-{at}"} for at, cell in enumerate(CELLS)]
    new = code("%matplotlib inline", "cell-0")
    remote = [new, *({**cell, "id": f"cell-{at}"} for at, cell in enumerate(CELLS, 1))]
    ops = cell_ops(notebook(*base), notebook(*remote))
    assert ops[0] == addrange(0, [new])
    assert all([inner["key"] for inner in op["diff"]] == ["id"] for op in ops[1:])


def test_a_cell_with_its_id_is_the_same_cell_whatever_its_source() -> None:
    rewritten = changed(CLEAN, source="raise NotImplementedError")
    [op] = cell_ops(notebook(*CELLS), notebook(TITLE, LOAD, rewritten, PLOT))
    assert (op["op"], op["key"]) == ("patch", 2)


def test_as_few_cells_as_possible_are_moved() -> None:
    cells = [code(f"step_{number}()", f"id-{number}") for number in range(9)]
    remote = [cells[8], *cells[:8]]
    assert cell_ops(notebook(*cells), notebook(*remote)) == [
        addrange(0, [cells[8]]),
        removerange(8, 1),
    ]


def test_a_moved_cell_is_not_taken_for_an_edit_of_another() -> None:
    """``clean`` moved up, and a cell much like it was written where it stood."""
    like_it = code(CLEAN["source"] + "\ndf = df.sort_values('year')", "other")
    remote = notebook(CLEAN, TITLE, LOAD, like_it, PLOT)
    assert cell_ops(notebook(*CELLS), remote) == [
        addrange(0, [CLEAN]),
        addrange(2, [like_it]),
        removerange(2, 1),
    ]


def test_cells_that_share_an_id_are_told_apart_by_their_source() -> None:
    cells = [{**cell, "id": "same"} for cell in CELLS]
    edited = changed(cells[2], source=cells[2]["source"] + "\ndf")
    [op] = cell_ops(notebook(*cells), notebook(*cells[:2], edited, cells[3]))
    assert (op["op"], op["key"]) == ("patch", 2)


def test_without_ids_a_cell_alone_in_its_place_was_rewritten() -> None:
    base = notebook(*without_ids(TITLE, code("1+1"), PLOT))
    remote = notebook(*without_ids(TITLE, code("2*3"), PLOT))
    [op] = cell_ops(base, remote)
    assert (op["op"], op["key"]) == ("patch", 1)


def test_everything_changed_at_once_is_summarised() -> None:
    base = notebook(*CELLS, code("old"), code("a", "a", (stream("1"),)))
    remote = notebook(
        changed(TITLE, source="# Costs"),
        changed(LOAD, metadata={"tags": ["slow"]}),
        code("brand new", "new"),
        CLEAN,
        PLOT,
        code("a", "a", (stream("2"),)),
        kernelspec={"name": "python3"},
    )
    assert summarise(diff_notebooks(base, remote)) == DiffSummary(
        cells_added=1, cells_removed=1, cells_changed=1, outputs_changed=1, metadata_changed=2
    )


def test_a_cell_counts_once_for_the_weightiest_of_its_changes() -> None:
    base = notebook(code("a", "a", (stream("1"),), 1))
    remote = notebook({**code("b", "a", (stream("2"),), 2), "metadata": {"tags": ["x"]}})
    assert summarise(diff_notebooks(base, remote)) == DiffSummary(cells_changed=1)
    rerun = notebook({**code("a", "a", (stream("2"),), 2), "metadata": {"tags": ["x"]}})
    assert summarise(diff_notebooks(base, rerun)) == DiffSummary(outputs_changed=1)


def test_what_was_only_run_again_is_no_change() -> None:
    def run(count: int, text: str = "42") -> dict[str, Any]:
        shown = display(count, text_plain=text)
        return notebook({**code("x", "a"), "outputs": [shown], "execution_count": count})

    assert summarise(diff_notebooks(run(1), run(2))) == DiffSummary()
    assert summarise(diff_notebooks(run(1), run(2, "43"))) == DiffSummary(outputs_changed=1)


def test_equal_notebooks_are_summarised_as_unchanged() -> None:
    assert summarise([]).to_json() == {
        "cells_added": 0,
        "cells_removed": 0,
        "cells_changed": 0,
        "outputs_changed": 0,
        "metadata_changed": 0,
    }
