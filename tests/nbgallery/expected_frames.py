"""What nbgallery-python's frames hold of the small gallery, worked out from its rows by pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from gallery_rows import small_gallery

from bookstore.gallery.database.models import Base
from bookstore.nbgallery.database.assembly import TEXT

DEFAULT = ["created", "edited", "viewed", "downloaded", "ran", "executed"]
USER = [
    *("id", "user_name", "email", "first_name", "last_name", "org"),
    *("created_at", "updated_at", "sign_in_count", "last_sign_in_at"),
]
SPAN = {"first": ("created_at", "min"), "last": ("created_at", "max")}
WHOLE = {int: ("Int64", "int64"), bool: ("boolean", "bool")}
ABOUT = ("id", "notebook_id", "user_id", "created_at", "updated_at")


def rows_of(table: str) -> pd.DataFrame:
    """The rows of a table, each column of the type that a frame has it in."""
    declared = Base.metadata.tables[table].columns
    frame = pd.DataFrame(small_gallery()[table], columns=[column.name for column in declared])
    typed = {column.name: _typed(frame[column.name], column) for column in declared}
    return pd.DataFrame(typed).sort_values("id", ignore_index=True)


def _typed(values: pd.Series[Any], column: Any) -> Any:
    kind = column.type.python_type
    if kind is float:  # MySQL keeps 32 bits, and no database shall have more to say than another
        return values.astype(float).astype(np.float32).astype(str).astype(float)
    if kind in (int, bool):
        whole = {int: "Int64", bool: "boolean"}[kind]
        typed = values.astype(whole)
        return (
            typed if typed.hasnans else typed.astype({"Int64": "int64", "boolean": "bool"}[whole])
        )
    return values.astype(TEXT if kind is str else "datetime64[us]")


def clicked() -> pd.DataFrame:
    """The clicks that are asked for by default."""
    clicks = rows_of("clicks")
    usual = clicks[clicks["action"].isin([f"{verb} notebook" for verb in DEFAULT])]
    return usual.astype({"notebook_id": "int64"}).reset_index(drop=True)


def executed() -> pd.DataFrame:
    """The executions, with what is known of their cells."""
    cells = rows_of("code_cells")[["id", "notebook_id", "cell_number"]]
    executions = rows_of("executions")
    both = executions.merge(cells.rename(columns={"id": "code_cell_id"}), on="code_cell_id")
    return both.sort_values("id", ignore_index=True)


def summaries(table: str, of: str) -> pd.DataFrame:
    """A table of sums, ready to be joined by *of*."""
    sums = rows_of(table)
    return sums.drop(columns=[name for name in ABOUT if name in sums and name != of])


def notebooks() -> pd.DataFrame:
    return rows_of("notebooks")


def notebooks_with_summaries() -> pd.DataFrame:
    joined = notebooks().merge(
        summaries("notebook_summaries", "notebook_id"), left_on="id", right_on="notebook_id"
    )
    return joined.drop(columns="notebook_id")


def users() -> pd.DataFrame:
    return rows_of("users")[USER]


def users_with_summaries() -> pd.DataFrame:
    joined = users().merge(summaries("user_summaries", "user_id"), left_on="id", right_on="user_id")
    return joined.drop(columns="user_id")


def clicks() -> pd.DataFrame:
    named = clicked().rename(columns={"created_at": "timestamp"})
    return named[["user_id", "notebook_id", "action", "timestamp"]]


def clicks_rollup() -> pd.DataFrame:
    by = clicked().groupby(["user_id", "notebook_id", "action"])
    return by.agg(count=("id", "count"), **SPAN).reset_index()


def _by_action(keys: list[str], others: dict[str, str]) -> pd.DataFrame:
    clicks, counts = clicked(), {}
    for verb in DEFAULT:
        is_it = clicks["action"] == f"{verb} notebook"
        counts[verb] = is_it.astype("int64")
        for name, column in others.items():
            counts[f"{name}_{verb}"] = clicks[column].where(is_it)
    how = {name: (name, "nunique" if "_" in name else "sum") for name in counts}
    by = clicks.assign(**counts).groupby(keys)
    return by.agg(count=("id", "count"), **how, **SPAN).reset_index()


def clicks_rollup_pivot() -> pd.DataFrame:
    return _by_action(["user_id", "notebook_id"], {})


def notebook_clicks_rollup() -> pd.DataFrame:
    return _by_action(["notebook_id"], {"users": "user_id"})


def user_clicks_rollup() -> pd.DataFrame:
    return _by_action(["user_id"], {"notebooks": "notebook_id"})


def executions() -> pd.DataFrame:
    columns = ["id", "user_id", "code_cell_id", "notebook_id", "cell_number"]
    named = executed().rename(columns={"created_at": "timestamp"})
    return named[[*columns, "success", "runtime", "timestamp"]]


def cell_execution_rollup() -> pd.DataFrame:
    by = executed().groupby(["code_cell_id", "notebook_id", "cell_number"], dropna=False)
    rolled_up = by.agg(
        users=("user_id", "nunique"),
        success=("success", "sum"),
        count=("id", "count"),
        **SPAN,
    ).reset_index()
    rolled_up["success"] = rolled_up["success"].astype("int64")
    rate = rolled_up["success"] / rolled_up["count"]
    rolled_up.insert(rolled_up.columns.get_loc("count") + 1, "pass_rate", rate)
    return rolled_up


def notebook_cell_count() -> pd.DataFrame:
    by = rows_of("code_cells").groupby("notebook_id")
    return by.agg(cell_count=("cell_number", "nunique")).reset_index()


def notebook_execution_rollup() -> pd.DataFrame:
    rolled_up = (
        executed()
        .groupby("notebook_id")
        .agg(
            users=("user_id", "nunique"),
            cells_executed=("cell_number", "nunique"),
            cell_exec_success=("success", "sum"),
            cell_exec_count=("id", "count"),
            **SPAN,
        )
        .reset_index()
    )
    rolled_up["cell_exec_success"] = rolled_up["cell_exec_success"].astype("int64")
    totals = notebook_cell_count().rename(columns={"cell_count": "cells_total"})
    joined = rolled_up.merge(totals, on="notebook_id")
    joined["cell_pass_rate"] = joined["cell_exec_success"] / joined["cell_exec_count"]
    return joined[
        [
            *("notebook_id", "users", "cells_executed", "cells_total", "cell_exec_success"),
            *("cell_exec_count", "cell_pass_rate", "first", "last"),
        ]
    ]


EXPECTED: dict[str, Callable[[], pd.DataFrame]] = {
    made.__name__: made
    for made in (
        notebooks,
        notebooks_with_summaries,
        users,
        users_with_summaries,
        clicks,
        clicks_rollup,
        clicks_rollup_pivot,
        notebook_clicks_rollup,
        user_clicks_rollup,
        executions,
        cell_execution_rollup,
        notebook_cell_count,
        notebook_execution_rollup,
    )
}
"""The 13, by name."""
