"""A small gallery, the same in every database, with all that databases treat differently."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from bookstore.gallery.database.models import NBGALLERYS

SEED = 20
BEGIN = datetime(2026, 1, 1)  # noqa: DTZ001 - a gallery's times are UTC and say no zone
ACTIONS = [
    *(f"{verb} notebook" for verb in ("created", "edited", "viewed", "downloaded", "ran")),
    "executed notebook",
    "agreed to terms",
    "viewed notebook ",  # to MySQL this is the same as without the space
    "Viewed notebook",
]
USERS, GROUPS, NOTEBOOKS, CELLS, CLICKS, EXECUTIONS = 8, 2, 12, 30, 400, 300

Rows = list[dict[str, Any]]


def fill(engine: Engine, rows: dict[str, Rows] | None = None) -> None:
    """Put *rows*, by default all of the small gallery, into empty tables."""
    made = small_gallery() if rows is None else rows
    with engine.begin() as connection:
        for table in NBGALLERYS:
            if made.get(table.name):
                connection.execute(insert(table), made[table.name])


def small_gallery() -> dict[str, Rows]:
    """Return rows by table, always the same."""
    chance = random.Random(SEED)
    rows = {
        "users": [_user(number) for number in range(1, USERS + 1)],
        "groups": [
            {"id": n, "gid": f"gid-{n}", "name": f"Group {n}"} for n in range(1, GROUPS + 1)
        ],
        "groups_users": [
            {"user_id": 1, "group_id": 1, "owner": True, "creator": True, "editor": True},
            {"user_id": 2, "group_id": 1, "owner": False, "creator": False, "editor": None},
            {"user_id": 2, "group_id": 2, "owner": True, "creator": None, "editor": None},
        ],
        "notebooks": [_notebook(number) for number in range(1, NOTEBOOKS + 1)],
        "notebook_summaries": [_summary(number, chance) for number in range(1, NOTEBOOKS)],
        "user_summaries": [_reputation(number, chance) for number in range(1, USERS - 1)],
        "clicks": list(_clicks(chance)),
        "code_cells": [_cell(number) for number in range(1, CELLS + 1)],
        "executions": list(_executions(chance)),
        "stars": [{"user_id": 1, "notebook_id": 2}, {"user_id": 3, "notebook_id": 2}],
        "shares": [{"user_id": 4, "notebook_id": 2}, {"user_id": 1, "notebook_id": 5}],
    }
    for table in ("users", "groups", "notebooks", "notebook_summaries", "user_summaries"):
        for row in rows[table]:
            row["created_at"] = BEGIN + timedelta(hours=row["id"])
            row["updated_at"] = BEGIN + timedelta(days=row["id"])
    return rows


def _user(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "user_name": f"user{number}",
        "email": f"user{number}@example.org",
        "first_name": "Zoë" if number % 2 else "李雷",
        "last_name": None if number == 3 else "O'Neil 🦉",
        "org": None if number % 3 else "here ",
        "sign_in_count": None if number == 5 else number,
        "last_sign_in_at": None if number % 2 else BEGIN + timedelta(minutes=number),
    }


def _notebook(number: int) -> dict[str, Any]:
    is_groups = number % 4 == 0
    return {
        "id": number,
        "uuid": f"{number:08d}-0000-4000-8000-000000000000",
        "title": f"Notebook {number}",
        "description": "" if number == 1 else "What it does, über alles\n" * number,
        "public": number % 3 > 0,
        "lang": "python",
        "lang_version": None if number % 2 else "3.12",
        "commit_id": None,
        "content_updated_at": BEGIN if number > 3 else None,
        "owner_id": 1 if is_groups else number % USERS + 1,
        "owner_type": "Group" if is_groups else "User",
        "creator_id": None if number == 7 else number % USERS + 1,
        "updater_id": None if number == 7 else 1,
        "deprecated": None if number == 2 else number == 5,
        "parent_uuid": None,
        "verified": number == 3,
        "unapproved": False,
    }


def _summary(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number,
        "notebook_id": number,
        "views": chance.randrange(1000),
        "unique_views": number,
        "downloads": None if number == 4 else number,
        "unique_downloads": 1,
        "runs": 2,
        "unique_runs": 1,
        "stars": 0,
        "health": None if number % 3 == 0 else chance.random(),
        "trendiness": 0.91,
        "previous_health": chance.random() / 3,
        "health_description": "healthy",
        "review": 1 / 3,
        "review_description": None,
    }


def _reputation(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number,
        "user_id": number,
        "user_rep_raw": chance.random() * 10_000,
        "user_rep_pct": chance.random() * 100,
        "author_rep_raw": None,
        "author_rep_pct": 12.5,
    }


def _clicks(chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(1, CLICKS + 1):
        action = chance.choice(ACTIONS)
        at = BEGIN + timedelta(seconds=chance.randrange(90 * 86400))
        yield {
            "id": number,
            "user_id": chance.randint(1, USERS),
            "notebook_id": None if action == "agreed to terms" else chance.randint(1, NOTEBOOKS),
            "action": action,
            "org": "here",
            "created_at": at,
            "updated_at": at,
        }


def _cell(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "notebook_id": number % 5 + 1,
        "cell_number": None if number == 9 else number // 5,
        "md5": f"{number:032x}",
    }


def _executions(chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(1, EXECUTIONS + 1):
        cell = chance.randint(1, CELLS - 1)
        at = BEGIN + timedelta(seconds=chance.randrange(90 * 86400))
        yield {
            "id": number,
            "user_id": chance.randint(1, USERS),
            "code_cell_id": cell,
            "success": None if cell in (3, 11) and number % 2 else chance.random() < 2 / 3,
            "runtime": None if number % 50 == 0 else chance.random() * 1000,
            "created_at": at,
            "updated_at": at,
        }
