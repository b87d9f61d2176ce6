"""``doctor`` finds out what a store makes of us, says it in words, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_runner import run
from quirky_s3 import Forward, Quirk, quirky_s3, without
from real_stores import REAL_STORES, RealStore, real_store
from s3_server import admin, new_bucket, options
from scripted_s3 import Answer, Request, error

from bookstore.cli.commands import doctor
from bookstore.health.doctor import store
from bookstore.health.doctor.bucket import BucketCheckup, judged
from bookstore.health.doctor.findings import Finding
from bookstore.health.doctor.s3 import S3Checkup
from bookstore.health.doctor.store import StoreCheckup
from bookstore.retention.lifecycle import lifecycle_rule
from bookstore.retention.policy import RetentionPolicy
from bookstore.store.s3.options import S3Options
from bookstore.store.s3.probe import Rules, S3Probe
from bookstore.store.s3.store import S3Store
from bookstore.store.s3.trials import S3Trials

AREA = "workspace/.bookstore/doctor"
OURS = lifecycle_rule(RetentionPolicy(weekly_days=7), "workspace")
Findings = dict[str, Finding]


def examine(bucket: str, options: S3Options, *, try_rules: bool = False) -> Findings:
    """What a doctor without any settings finds out about *bucket*, by what it is about."""

    async def examined() -> Findings:
        store, probe = S3Store(bucket, options), S3Probe(bucket, options)
        use = StoreCheckup(store, AREA, timeout_s=120)
        look = BucketCheckup(probe, "workspace/", OURS, timeout_s=120)
        tried = S3Checkup(S3Trials(probe), store, use.folder, timeout_s=120)
        parts = [look.findings(), use.use(), tried.findings(options.sse or "")]
        found = [finding for part in parts for finding in await _all(part)]
        found += [await look.pages(), *([await tried.rules()] if try_rules else [])]
        found += [await use.speed(), await use.clean_up()]
        await store.close()
        await probe.close()
        return {finding.what: finding for finding in found}

    return asyncio.run(examined())


async def _all(findings: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in findings]


def left_in(client: Any, bucket: str) -> list[str]:
    """What is in *bucket*: versions, delete markers, and what is listed as the newest."""
    listed = client.list_object_versions(Bucket=bucket)
    listed |= {"Newest": client.list_objects_v2(Bucket=bucket).get("Contents", ())}
    kinds = ("Versions", "DeleteMarkers", "Newest")
    return [each["Key"] for kind in kinds for each in listed.get(kind, ())]


@pytest.fixture
def examined_with(
    s3_endpoint: str, no_aws_configuration: Path
) -> Callable[..., tuple[Findings, str]]:
    """Examine a store that has a quirk; return the findings and the bucket."""

    def examined(quirk: Quirk, **changed: Any) -> tuple[Findings, str]:
        bucket = new_bucket(s3_endpoint)
        with quirky_s3(s3_endpoint, quirk) as script:
            return examine(bucket, options(script.endpoint_url, **changed)), bucket

    return examined


# -- stores that differ, one thing at a time -----------------------------------------------------


def test_a_store_without_quirks_can_do_everything(
    s3_endpoint: str, examined_with: Callable[..., tuple[Findings, str]]
) -> None:
    found, bucket = examined_with(lambda request, forward: forward(request))
    assert [each for each in found.values() if each.verdict == "problem"] == []
    assert left_in(admin(s3_endpoint), bucket) == []


def takes_damaged_bodies(request: Request, forward: Forward) -> Answer:
    return forward(without(request, "content-md5"))


def refuses_newer_checksums(request: Request, forward: Forward) -> Answer:
    newer = [name for name in request.headers if name.startswith("x-amz-checksum-crc32")]
    is_put = request.verb == "PUT"
    return error("MissingContentLength", 411) if newer and is_put else forward(request)


def honours_conditions(request: Request, forward: Forward) -> Answer:
    if request.headers.get("if-none-match") == "*":
        return error("PreconditionFailed", 412)
    return forward(request)


def knows_no_conditions(request: Request, forward: Forward) -> Answer:
    if request.headers.get("if-none-match"):
        return error("NotImplemented", 501)
    return forward(request)


def ignores_conditions(request: Request, forward: Forward) -> Answer:
    return forward(without(request, "if-none-match"))


def takes_short_keys(request: Request, forward: Forward) -> Answer:
    too_long = request.verb == "PUT" and len(request.path.encode()) > 1000
    return error("InvalidRequest", 400) if too_long else forward(request)


def has_no_tags(request: Request, forward: Forward) -> Answer:
    return error("NotImplemented", 501) if request.query.startswith("tagging") else forward(request)


def forgets_rules(request: Request, forward: Forward) -> Answer:
    """As Swift does: a question about rules is taken for one about something else."""
    return Answer() if request.query == "lifecycle" else forward(request)


def has_short_pages(request: Request, forward: Forward) -> Answer:
    return forward(replace(request, query=request.query.replace("max-keys=1000", "max-keys=5")))


def encrypts_nothing(request: Request, forward: Forward) -> Answer:
    said = forward(without(request, "x-amz-server-side-encryption"))
    headers = {k: v for k, v in said.headers.items() if "encryption" not in k.lower()}
    return replace(said, headers=headers)


def lets_nobody_remove(request: Request, forward: Forward) -> Answer:
    removes = request.verb == "POST" and request.query == "delete"
    return error("AccessDenied", 403) if removes else forward(request)


def cuts_metadata(request: Request, forward: Forward) -> Answer:
    return forward(without(request, "x-amz-meta-bookstore-source-3"))


def listings_never_end(request: Request, forward: Forward) -> Answer:
    """As Ceph's with keys that hold "%41": it goes on from where it was."""
    said = forward(request)
    if "max-keys=1&" not in f"{request.query}&" or "versions" not in request.query:
        return said
    marker = re.compile(rb"<Next(Key|VersionId)Marker>.*?</Next(Key|VersionId)Marker>")
    return replace(said, body=marker.sub(b"", said.body))


DIFFERENCES = {
    takes_damaged_bodies: ("checksums (Content-MD5)", "cannot", "ignored", "answers"),
    refuses_newer_checksums: (
        "newer checksums (CRC32)",
        "cannot",
        "refused (MissingContentLength)",
        "Content-MD5",
    ),
    honours_conditions: ("conditional puts", "ok", "honoured", ""),
    knows_no_conditions: ("conditional puts", "cannot", "refused (NotImplemented)", "outbox"),
    ignores_conditions: ("conditional puts", "cannot", "ignored", "outbox"),
    takes_short_keys: ("keys of 1,024 bytes", "cannot", "refused", "outbox"),
    has_no_tags: ("tags", "cannot", "refused (NotImplemented)", "labels"),
    forgets_rules: ("lifecycle rules", "cannot", "no", "retain"),
    has_short_pages: ("pages of listings", "cannot", "5 of 1,000", "until"),
    encrypts_nothing: ("encryption (AES256)", "cannot", "ignored", "s3_sse"),
    lets_nobody_remove: ("clean up", "note", "not allowed", "s3:DeleteObjectVersion"),
    cuts_metadata: ("metadata", "problem", "no", "2 KB"),
    listings_never_end: ("keys with %41, spaces, emoji", "problem", "no", "plain names"),
}


@pytest.mark.slow
@pytest.mark.parametrize("quirk", DIFFERENCES, ids=lambda quirk: quirk.__name__)
def test_what_a_store_does_otherwise_is_told(
    quirk: Quirk, s3_endpoint: str, examined_with: Callable[..., tuple[Findings, str]]
) -> None:
    what, verdict, answer, do = DIFFERENCES[quirk]
    found, bucket = examined_with(quirk)
    finding = found[what]
    assert (finding.verdict, finding.answer) == (verdict, answer), finding
    assert do in finding.do
    if quirk is not lets_nobody_remove:
        assert left_in(admin(s3_endpoint), bucket) == []


def test_encryption_that_is_asked_for_and_not_done_is_a_problem(
    examined_with: Callable[..., tuple[Findings, str]],
) -> None:
    """The store says yes to ``s3_sse``, and stores what anybody at its disks can read."""
    found, _ = examined_with(encrypts_nothing, sse="AES256")
    assert found["encryption (AES256)"].verdict == "problem"


# -- what a bucket does by itself ----------------------------------------------------------------


def rules_of(endpoint: str, *rules: dict[str, Any]) -> Finding:
    """What is found out about a bucket that has *rules*."""
    bucket = new_bucket(endpoint)
    admin(endpoint).put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}
    )
    return examine(bucket, options(endpoint))["lifecycle rules"]


def rule(**changed: Any) -> dict[str, Any]:
    return {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": ""}, **changed}


def test_a_rule_that_deletes_notebooks_is_a_problem(
    s3_endpoint: str, no_aws_configuration: Path
) -> None:
    found = rules_of(s3_endpoint, rule(Expiration={"Days": 30}))
    assert found.verdict == "problem"
    assert "theirs" in found.said


def test_a_rule_that_removes_versions_is_told(s3_endpoint: str, no_aws_configuration: Path) -> None:
    found = rules_of(s3_endpoint, rule(NoncurrentVersionExpiration={"NoncurrentDays": 90}))
    assert found.verdict == "note"
    assert "90 days" in found.said


def test_a_rule_about_other_keys_is_none_of_ours(
    s3_endpoint: str, no_aws_configuration: Path
) -> None:
    elsewhere = rule(Filter={"Prefix": "logs/"}, Expiration={"Days": 1})
    assert rules_of(s3_endpoint, elsewhere).verdict == "ok"


class KeepsRules:
    """Keeps every line of a rule, as Amazon does."""

    def __init__(self) -> None:
        self.kept = b""

    def __call__(self, request: Request, forward: Forward) -> Answer:
        if request.query != "lifecycle":
            return forward(request)
        if request.verb == "GET":
            none = error("NoSuchLifecycleConfiguration", 404)
            return Answer(body=self.kept) if self.kept else none
        self.kept = request.body if request.verb == "PUT" else b""
        return Answer(status=200 if request.verb == "PUT" else 204)


def test_a_store_that_keeps_every_line_of_a_rule_is_told(
    s3_endpoint: str, no_aws_configuration: Path
) -> None:
    quirk, bucket = KeepsRules(), new_bucket(s3_endpoint)
    with quirky_s3(s3_endpoint, quirk) as script:
        found = examine(bucket, options(script.endpoint_url), try_rules=True)
    assert found["conditions of lifecycle rules"].verdict == "ok"
    assert quirk.kept == b""


def test_retain_warns_where_the_store_has_no_rules(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with quirky_s3(s3_settings["JPYNB_S3_ENDPOINT_URL"], forgets_rules) as script:
        monkeypatch.setenv("JPYNB_S3_ENDPOINT_URL", script.endpoint_url)
        warned = run("retain", "--lifecycle", "--json").json["warnings"]
    assert "Do not set it" in warned[0]
    assert "Do not set it" not in run("retain", "--lifecycle").err


def test_our_rule_is_read_back(s3_endpoint: str, no_aws_configuration: Path) -> None:
    [ours] = OURS.configuration["Rules"]
    assert rules_of(s3_endpoint, ours).verdict == "note"


@pytest.mark.parametrize(
    "line", ["AbortIncompleteMultipartUpload", "Expiration", "NoncurrentVersionExpiration"]
)
def test_a_line_of_our_rule_that_the_store_dropped_is_a_problem(line: str) -> None:
    [ours] = OURS.configuration["Rules"]
    kept = {name: value for name, value in ours.items() if name != line}
    found = judged(Rules(known=True, rules=(kept,)), "workspace/", OURS)
    assert found.verdict == "problem"
    assert line in found.said


def test_a_bucket_with_rules_keeps_them(s3_settings: dict[str, str]) -> None:
    """``--try-lifecycle`` touches no bucket that has rules."""
    client = admin(s3_settings["JPYNB_S3_ENDPOINT_URL"])
    bucket = s3_settings["JPYNB_S3_BUCKET"]
    rules = {"Rules": [rule(NoncurrentVersionExpiration={"NoncurrentDays": 90})]}
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)
    told = run("doctor", "--try-lifecycle", "--json").json["findings"]
    assert "conditions of lifecycle rules" not in {each["what"] for each in told}
    [kept] = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert kept["ID"] == "theirs"


# -- nothing is left behind ----------------------------------------------------------------------


def test_an_interrupted_doctor_cleans_up(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(self: S3Checkup, sse: str) -> AsyncIterator[Finding]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(doctor.S3Checkup, "findings", interrupted)
    assert run("doctor").code == 130
    client = admin(s3_settings["JPYNB_S3_ENDPOINT_URL"])
    assert left_in(client, s3_settings["JPYNB_S3_BUCKET"]) == []


def test_what_a_killed_doctor_left_is_removed_by_a_later_one(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, bucket = admin(s3_settings["JPYNB_S3_ENDPOINT_URL"]), s3_settings["JPYNB_S3_BUCKET"]
    for body in (b"1", b"2"):
        client.put_object(Bucket=bucket, Key=f"{AREA}/killed/probe", Body=body)
    run("doctor")
    assert set(left_in(client, bucket)) == {f"{AREA}/killed/probe"}  # it may be at work still
    monkeypatch.setattr(store, "_LEFT_BEHIND", timedelta(days=-1))
    run("doctor")
    assert left_in(client, bucket) == []


# -- real stores ---------------------------------------------------------------------------------

CANNOT = {
    "ceph": {
        "newer checksums (CRC32)",
        "conditional puts",
        "encryption (AES256)",
        "conditions of lifecycle rules",
    },
    "swift": {
        "lifecycle rules",
        "keys of 1,024 bytes",
        "newer checksums (CRC32)",
        "encryption (AES256)",
        "tags",
    },
}


@pytest.fixture(params=REAL_STORES)
def real(request: pytest.FixtureRequest, no_aws_configuration: Path) -> RealStore:
    """Each real store in turn."""
    return real_store(request.param)


@pytest.mark.real_store
def test_a_real_store_is_known(real: RealStore) -> None:
    """What each cannot do is found out, nothing is wrong, and nothing is left."""
    bucket = real.new_bucket()
    found = examine(bucket, real.options(), try_rules=real.name != "swift")
    assert [each for each in found.values() if each.verdict == "problem"] == []
    known = CANNOT[real.name.removesuffix("-https")]
    assert {what for what, each in found.items() if each.verdict == "cannot"} == known
    assert left_in(real.admin(), bucket) == []


@pytest.mark.real_store
@pytest.mark.parametrize("versioning", [None, "Suspended"])
def test_a_real_bucket_without_versions_is_a_problem(
    real: RealStore,
    home: Path,
    versioning: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = real.new_bucket(versioning)
    for name, value in real.environment(bucket).items():
        monkeypatch.setenv(name, value)
    ran = run("doctor", "--json", *real.arguments())
    assert ran.code == 1
    [found] = [each for each in ran.json["findings"] if each["verdict"] == "problem"]
    assert found["what"] == "versioning"
    assert bucket in found["do"]
    assert left_in(real.admin(), bucket) == []


@pytest.mark.real_store
def test_a_real_authority_that_is_not_named_is_a_problem(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = real_store("ceph-https")
    for name, value in real.environment("books").items():
        monkeypatch.setenv(name, value)
    [found, *_] = [e for e in run("doctor", "--json").json["findings"] if e["verdict"] == "problem"]
    assert found["what"] == "connection"
    assert "s3_ca_bundle" in found["do"]
