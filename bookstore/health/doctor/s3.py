"""Examine in what a store differs from other S3 services, and say what that means here.

Knows: trials, the store's interface.  Must not know: how a trial asks.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from ...errors import BookstoreError
from ...store.base import ObjectStore
from .bucket import INSTEAD_OF_RULES, NO_RULES, RULES
from .findings import Finding, attempt, cannot, fine, note, problem, unanswered
from .limits import limits

if TYPE_CHECKING:
    from ...store.s3.trials import Outcome, S3Trials

_SSE = "BookstoreSettings.s3_sse"
_ODD_NAMES = ("a b", "a%41", "a%2Fb", "a+b", "a&b<c>", "é ✓ 😀", "tab\there", "it's; *(fine)*")


class S3Checkup:
    """Tries things out under keys below *folder*, each for at most *timeout_s* seconds."""

    def __init__(
        self, trials: S3Trials, store: ObjectStore, folder: str, *, timeout_s: float
    ) -> None:
        self._trials = trials
        self._store = store
        self._folder = folder
        self._timeout_s = timeout_s

    async def findings(self, sse: str) -> AsyncIterator[Finding]:
        """Try what bookstore relies on, then what it gets by without.

        *sse*: what ``BookstoreSettings.s3_sse`` says.
        """
        async for finding in limits(self._store, self._folder, timeout_s=self._timeout_s):
            yield finding
        yield await self._odd_keys()
        yield await self._checksums()
        yield await self._newer_checksums()
        yield await self._conditions()
        yield await self._encryption(sse)
        yield await self._tags()

    async def rules(self) -> Finding:
        """Try whether the bucket, which has no lifecycle rules, would keep every line of one."""
        trial = self._trials.lifecycle_rule(f"{self._folder}/")
        found = await attempt(trial, timeout_s=self._timeout_s)
        what = "conditions of lifecycle rules"
        if isinstance(found, BookstoreError):
            said = "A rule named bookstore-doctor may be left on the bucket. It does nothing."
            return note(what, f"{found.message} {said}")
        outcome, dropped = found
        if outcome.reply == "honoured":
            return fine(what, "A rule that was set on the bucket came back as it was.")
        if dropped:
            return cannot(
                what,
                f"The store drops {' and '.join(dropped)} of a rule without a word, and the rule "
                "then removes versions that it was to keep.",
                "Use none of these; `jupyter bookstore retain --lifecycle` does not. "
                "`jupyter bookstore retain` keeps what a policy says.",
                answer=f"drops {', '.join(dropped)}",
            )
        return cannot(RULES, NO_RULES, INSTEAD_OF_RULES, answer=_answer(outcome))

    # -- what bookstore relies on ----------------------------------------------------------------

    async def _odd_keys(self) -> Finding:
        folder = f"{self._folder}/odd"
        keys = sorted(f"{folder}/{name}" for name in _ODD_NAMES)

        async def work() -> str:
            for key in keys:
                await self._put(key)
            twice = [await self._put(keys[0]), await self._put(keys[0])]
            if await self._trials.keys_one_by_one(f"{folder}/") != keys:
                return "A listing passes over some, page by page."
            versions = await self._trials.versions_one_by_one(keys[0])
            return "" if versions[:2] == twice[::-1] else "Versions are not listed newest first."

        what = "keys with %41, spaces, emoji"
        wrong = await attempt(work(), timeout_s=3 * self._timeout_s)
        if isinstance(wrong, BookstoreError) or wrong:
            said = wrong.message if isinstance(wrong, BookstoreError) else wrong
            return problem(what, said, "Give notebooks plain names, or use another store.")
        return fine(what, "They are kept and listed, page by page.")

    async def _checksums(self) -> Finding:
        what = "checksums (Content-MD5)"
        found = await attempt(self._trials.wrong_checksum(self._key()), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return unanswered(what, found)
        if found.reply == "honoured":
            return fine(what, "A body that was damaged on its way is refused.")
        return cannot(
            what,
            "The store does not notice a body that was damaged on its way.",
            "bookstore compares the checksum that the store answers, and delivers again.",
            answer=_answer(found),
        )

    # -- what bookstore gets by without ----------------------------------------------------------

    async def _newer_checksums(self) -> Finding:
        what = "newer checksums (CRC32)"
        found = await attempt(self._trials.newer_checksum(self._key()), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return unanswered(what, found)
        if found.reply == "honoured":
            return fine(
                what, "They are kept. bookstore sends Content-MD5, which every store knows."
            )
        return cannot(
            what,
            "Puts of tools that send them by default fail here."
            if found.reply == "refused"
            else "The store drops them.",
            'bookstore sends Content-MD5 instead ("when_required", as AWS tools call it).',
            answer=_answer(found),
        )

    async def _conditions(self) -> Finding:
        async def work() -> Outcome:
            key = self._key()
            await self._put(key)
            return await self._trials.conditional_put(key)

        what = "conditional puts"
        found = await attempt(work(), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return unanswered(what, found)
        if found.reply == "honoured":
            said = "If-None-Match is honoured. Nothing depends on it."
            return fine(what, said, answer="honoured")
        return cannot(
            what,
            f"If-None-Match is {found.reply} in a bucket that keeps versions.",
            "Nothing depends on it: the outbox keeps the order, and a save has an ID of its own.",
            answer=_answer(found),
        )

    async def _encryption(self, sse: str) -> Finding:
        what = f"encryption ({sse or 'AES256'})"
        found = await attempt(self._trials.encryption(self._key()), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return unanswered(what, found)
        if found.reply == "honoured":
            said = "" if sse else f" {_SSE} is empty: nothing asks for it."
            return fine(what, f"The store encrypts what asks for it.{said}", answer="honoured")
        if sse:
            said = f"The store says yes to {_SSE} and does not say that anything is encrypted."
            refused = f"The store refuses {_SSE}: saves wait in the outbox."
            return problem(
                what,
                refused if found.reply == "refused" else said,
                f"Have encryption configured on the store, or make {_SSE} empty.",
            )
        return cannot(
            what,
            "It is refused."
            if found.reply == "refused"
            else "The store says yes, and does not say that anything is encrypted.",
            f"{_SSE} is empty: bookstore asks for none. Disks can be encrypted below the store.",
            answer=_answer(found),
        )

    async def _tags(self) -> Finding:
        async def work() -> Outcome:
            key = self._key()
            return await self._trials.tags(key, await self._put(key))

        what = "tags"
        found = await attempt(work(), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return unanswered(what, found)
        if found.reply == "honoured":
            return fine(what, "A version can be tagged. bookstore uses no tags.")
        return cannot(
            what,
            "Versions cannot be tagged.",
            "Names and notes of versions are objects of their own, below .bookstore/labels.",
            answer=_answer(found),
        )

    def _key(self) -> str:
        return f"{self._folder}/{secrets.token_hex(4)}"

    async def _put(self, key: str) -> str:
        put = await self._store.put(key, b"probe", metadata={}, content_type="text/plain")
        return put.version_id


def _answer(outcome: Outcome) -> str:
    return f"{outcome.reply} ({outcome.code})" if outcome.code else outcome.reply
