"""What nobody asked for may fail in any way: what was asked for goes on, and the log says so."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bookstore.concurrency.unasked import unasked

LOG = logging.getLogger("bookstore.tests")


def test_a_failure_is_told_with_what_it_was_about_and_where_it_happened(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with unasked(LOG, "%s is not looked at", "a.ipynb"):
        raise ZeroDivisionError("odd")
    assert "a.ipynb is not looked at: odd" in caplog.text
    assert "Traceback" in caplog.text


def test_what_may_well_fail_is_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with unasked(LOG, "Nobody knows", level=logging.WARNING):
        raise ZeroDivisionError("odd")
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == ("WARNING", "Nobody knows: odd")
    assert "Traceback" not in caplog.text


def test_being_cancelled_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(asyncio.CancelledError), unasked(LOG, "Nobody knows"):
        raise asyncio.CancelledError
    assert not caplog.records
