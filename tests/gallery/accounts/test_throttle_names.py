"""What attempts are counted by."""

from __future__ import annotations

import pytest

from bookstore.gallery.accounts.throttle import counted


@pytest.mark.parametrize("name", ["address", "name", "name and address", "sign up"])
def test_no_name_of_an_account_is_that_of_a_counter(name: str) -> None:
    """Whoever had such a name would have set the count of their address to nothing."""
    of_others = {each.sha256 for each in counted("ada", "192.0.2.1")}
    own = [each.sha256 for each in counted(name, "192.0.2.1")]
    assert len(set(own)) == 3
    assert of_others & set(own) == {counted("ada", "192.0.2.1")[1].sha256}
