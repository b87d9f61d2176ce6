"""Scenarios in which an administrator changes the store, or its credentials, under us."""

from __future__ import annotations

from pathlib import Path

from fault_proxy import answer_with, know_only
from harness import (
    PATHS,
    Outcome,
    User,
    outcome_of,
    scenario,
    serving,
    status,
    wait_until_over,
    wait_until_told,
)
from processes import eventually
from stores_under_test import StoreUnderTest

OWN_KEYS = ("JPYNB_S3_ACCESS_KEY_ID", "JPYNB_S3_SECRET_ACCESS_KEY")
ROTATED = "rotated and expired credentials"
UNVERSIONED = "versioning switched off under us"
GONE = "bucket deleted and made again"


@scenario(ROTATED, saves=120, saves_quick=12)
def rotated_credentials(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Credentials come from a shared file, which somebody renews while the server runs: they are
    revoked first, then replaced; then those expire, and are good again."""
    user, part = User(), saves // 4
    key_id, secret = (store.environment[name] for name in OWN_KEYS)
    file = place / "credentials"
    _write_credentials(file, key_id, secret)
    empty = dict.fromkeys(OWN_KEYS, "")
    with serving(
        place, store, **empty, AWS_SHARED_CREDENTIALS_FILE=str(file), AWS_EC2_METADATA_DISABLED="1"
    ) as server:
        user.save_in_turn(server, part)
        server.wait_until_delivered()
        _write_credentials(file, "revoked", secret)
        store.proxy.fail(know_only(), all_requests=True)
        user.save_in_turn(server, part)
        wait_until_told(server, "does not know the access key")
        store.proxy.fail(know_only(key_id), all_requests=True)
        user.save_in_turn(server, part)
        _write_credentials(file, key_id, secret)
        server.wait_until_delivered()
        store.proxy.fail(answer_with(400, "ExpiredToken"), all_requests=True)
        user.save_in_turn(server, part)
        wait_until_told(server, "temporary credentials have expired")
        store.proxy.recover()
        wait_until_over(server, user, store)
    return outcome_of(ROTATED, user, store)


def _write_credentials(file: Path, key_id: str, secret: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(f"[default]\naws_access_key_id = {key_id}\naws_secret_access_key = {secret}\n")
    new.replace(file)


@scenario(UNVERSIONED, saves=120, saves_quick=12)
def versioning_off(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """A put would overwrite what is there.  One a notebook finds out; then nothing is delivered,
    what waits stays, and the user is told, until the bucket keeps versions again."""
    user, part = User(), saves // 3
    with serving(place, store) as server:
        user.save_in_turn(server, part)
        server.wait_until_delivered()
        store.bucket.set_versioning("Suspended")
        user.save_in_turn(server, part)
        wait_until_told(server, "keeps no versions")
        eventually(lambda: _all_refused(status(server)), "every notebook's line waits")
        assert status(server)["outbox"]["depth"] == part
        store.bucket.set_versioning("Enabled")
        user.save_in_turn(server, part)
        wait_until_over(server, user, store)
    return outcome_of(UNVERSIONED, user, store)


def _all_refused(told: dict[str, object]) -> bool:
    entries: list[dict[str, object]] = told["outbox"]["entries"]  # type: ignore[index]
    return sum(bool(entry["refused"]) for entry in entries) >= len(PATHS)


@scenario(GONE, saves=120, saves_quick=12)
def bucket_deleted(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """What was in the bucket went with it, by its administrator's hand: that is looked at before.
    What was saved since waits; and a notebook saved again unchanged is archived anew."""
    user, part = User(), saves // 2
    with serving(place, store) as server:
        user.save_in_turn(server, part)
        wait_until_over(server, user, store)
        before = {path: store.versions(path) for path in PATHS}
        store.bucket.delete()
        user.save_in_turn(server, part, paths=PATHS[:2])
        wait_until_told(server, "does not exist")
        store.bucket.make()
        user.save_again(server, PATHS[2])
        wait_until_over(server, user, store)
    last = user.acknowledged[PATHS[2]][-1].body
    assert [version.body for version in store.versions(PATHS[2])] == [last]
    return outcome_of(GONE, user, store, before=before)
