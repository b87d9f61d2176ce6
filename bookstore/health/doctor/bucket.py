"""Examine what a bucket does by itself to the versions in it: its lifecycle rules and its lock.

Knows: the S3 probe, rules.  Must not know: how it asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from ...bookstore_config import BookstoreSettings
from ...errors import BookstoreError
from ...retention.lifecycle import RULE_ID, Lifecycle
from ...wiring import s3_options
from ...words import count
from .findings import Finding, attempt, cannot, fine, note, problem, unanswered

if TYPE_CHECKING:
    from ...store.s3.probe import Rules, S3Probe

RULES = "lifecycle rules"
_FULL_PAGE = 1000
NO_RULES = (
    "The store has no rules that remove old versions: versions stay until somebody removes them."
)
INSTEAD_OF_RULES = (
    "`jupyter bookstore retain` and BookstoreSettings.retention_enabled remove them, by a policy."
)


class BucketCheckup:
    """Asks *probe* about the keys that begin with *prefix*, each question for *timeout_s*.

    *ours* is the rule that the settings' policy makes, should the bucket have it.
    """

    def __init__(self, probe: S3Probe, prefix: str, ours: Lifecycle, *, timeout_s: float) -> None:
        self._probe = probe
        self._prefix = prefix
        self._ours = ours
        self._timeout_s = timeout_s
        self.has_no_rules = False

    async def findings(self) -> AsyncIterator[Finding]:
        """Look at the rules and at the lock."""
        rules = await attempt(self._probe.rules(), timeout_s=self._timeout_s)
        if isinstance(rules, BookstoreError):
            yield unanswered(RULES, rules)
        else:
            self.has_no_rules = rules is not None and rules.known and not rules.rules
            yield judged(rules, self._prefix, self._ours)
        days = await attempt(self._probe.lock_days(), timeout_s=self._timeout_s)
        if isinstance(days, float) and days:
            yield note(
                "object lock",
                f"Each version is locked for {count(round(days), 'day')}: until then nobody can "
                "remove it, nor can retention. The doctor's own probe stays as long.",
                answer=f"{days:.0f} days",
            )

    async def pages(self) -> Finding:
        """Look whether a page of a listing holds the thousand entries that were asked for."""
        what = "pages of listings"
        page = await attempt(self._probe.first_page(self._prefix), timeout_s=self._timeout_s)
        if isinstance(page, BookstoreError):
            return unanswered(what, page)
        if not page.is_truncated:
            said = (
                f"{count(page.entries, 'version')} in all: too few to tell whether pages are full."
            )
            return fine(what, said, answer="too few versions")
        if page.entries == _FULL_PAGE:
            return fine(what, "They are full.", answer="full")
        return cannot(
            what,
            f"A page that could have {_FULL_PAGE:,} entries has {page.entries}.",
            "bookstore asks for pages until the store says that there are no more.",
            answer=f"{page.entries} of {_FULL_PAGE:,}",
        )


async def takes_rules(settings: BookstoreSettings) -> bool:
    """Return False where the store of *settings* answers as one that has no lifecycle rules."""
    from ...store.s3.probe import S3Probe

    probe = S3Probe(settings.s3_bucket, s3_options(settings))
    try:
        rules = await attempt(probe.rules(), timeout_s=settings.store_timeout_s)
    finally:
        await probe.close()
    return rules is None or isinstance(rules, BookstoreError) or rules.known


def judged(rules: Rules | None, prefix: str, ours: Lifecycle) -> Finding:
    """Return what *rules* do to the keys that begin with *prefix*."""
    if rules is None:
        return note(
            RULES,
            "These credentials may not look at them, so whether any removes versions is not known.",
            "Nothing to do; s3:GetLifecycleConfiguration lets the doctor look.",
        )
    if not rules.known:
        return cannot(RULES, NO_RULES, INSTEAD_OF_RULES)
    concerned = [rule for rule in rules.rules if _concerns(rule, prefix)]
    for rule in concerned:
        if _ends_newest(rule):
            return problem(
                RULES,
                f"The rule {_name(rule)} deletes notebooks by itself when nobody saves them for a "
                "while: their newest versions get delete markers.",
                f"Leave {prefix or 'the whole bucket'} out of it, or take its Expiration away.",
            )
        if rule.get("ID") == RULE_ID and (lost := _lost(rule, ours)):
            return problem(
                RULES,
                f"The rule {RULE_ID} is not what the settings make it: {', '.join(lost)}.",
                "Set it again, as `jupyter bookstore retain --lifecycle` prints it; if this stays, "
                "the store drops what it does not know: take the rule away.",
            )
    removing = [rule for rule in concerned if "NoncurrentVersionExpiration" in rule]
    if removing:
        days = min(int(r["NoncurrentVersionExpiration"].get("NoncurrentDays", 0)) for r in removing)
        return note(
            RULES,
            f"The rule {_name(removing[0])} removes versions {count(days, 'day')} after they were "
            "replaced, named and manual ones too.",
            "Nothing to do if that is wanted.",
            answer="yes",
        )
    return fine(RULES, "None of the bucket's rules removes versions.")


def _concerns(rule: Mapping[str, Any], prefix: str) -> bool:
    if rule.get("Status") != "Enabled":
        return False
    chosen = rule.get("Filter", {})
    theirs = str(
        rule.get("Prefix") or chosen.get("Prefix") or chosen.get("And", {}).get("Prefix") or ""
    )
    return theirs.startswith(prefix) or prefix.startswith(theirs)


def _ends_newest(rule: Mapping[str, Any]) -> bool:
    ends = rule.get("Expiration", {})
    return "Days" in ends or "Date" in ends


def _lost(rule: Mapping[str, Any], ours: Lifecycle) -> list[str]:
    """Return the lines of our rule that *rule* lacks or says otherwise."""
    [wanted] = ours.configuration["Rules"]
    names = (*wanted, "NoncurrentVersionExpiration")
    return [name for name in dict.fromkeys(names) if rule.get(name) != wanted.get(name)]


def _name(rule: Mapping[str, Any]) -> str:
    return str(rule.get("ID") or "without a name")
