"""``retain``: what the retention policy would remove; and, when told to, its removal.

Knows: the retainer.  Must not know: the policy's rules.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict

from traitlets import Bool

from ...actions.retain import policy_of, retainer_of
from ...health.doctor.bucket import INSTEAD_OF_RULES, NO_RULES, takes_rules
from ...retention.lifecycle import lifecycle_rule
from ...retention.retainer import PathPlan, Removed, Retainer, RetentionPlan
from ...words import count, size
from ..app import DONE, FAILED, BookstoreCommand
from ..command_line import UsageError
from ..sources.store_source import StoreSource


class RetainCommand(BookstoreCommand):
    """``jupyter bookstore retain``."""

    name = "retain"
    description = (
        "Tell which old versions the retention policy of BookstoreSettings would remove, and how "
        "much that frees. Nothing is removed without --apply. What has a name or a note, manual "
        "saves, what was published or restored, and the newest version of each notebook always "
        "stay."
    )
    examples = """
        jupyter bookstore retain                # a dry run
        jupyter bookstore retain --apply        # asks before it removes anything
        jupyter bookstore retain --lifecycle    # the nearest rule of S3, to set on the bucket
    """

    apply = Bool(False, help="Remove what the policy says, after asking.").tag(config=True)
    yes = Bool(False, help="Do not ask.").tag(config=True)
    lifecycle = Bool(
        False, help="Print the S3 lifecycle rule that comes nearest to the policy."
    ).tag(config=True)
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "apply": (
            {"RetainCommand": {"apply": True}},
            "Remove what the policy says, after asking.",
        ),
        "yes": ({"RetainCommand": {"yes": True}}, "Do not ask."),
        "lifecycle": (
            {"RetainCommand": {"lifecycle": True}},
            "Print the S3 lifecycle rule that comes nearest to the policy.",
        ),
    }

    def work(self) -> int:
        """Plan, show, and remove where that is wanted."""
        if self.yes and not self.apply:
            raise UsageError("--yes goes with --apply.")
        source = self.store_for()
        if self.lifecycle:
            return self._print_rule(source)
        retainer = retainer_of(source.bookstore)
        with self.output.progress("Looking at notebooks") as advance:
            plan = source.run(retainer.plan(tell=lambda _: advance()))
        if not self.as_json:
            self._show(source, plan)
        removed = self._apply(source, retainer, plan) if self.apply and plan.versions else []
        if self.as_json:
            self.output.json(_as_json(plan, removed))
        problems = [*plan.problems, *(f"{r.path}: {r.problem}" for r in removed if r.problem)]
        for problem in problems:
            self.output.complain(problem)
        return FAILED if problems else DONE

    def _show(self, source: StoreSource, plan: RetentionPlan) -> None:
        columns = {"path": "long", "goes": "right", "frees": "right", "stays": "right", "": "long"}
        rows = [
            [
                source.place.shown(path.path),
                f"{len(path.goes):,}",
                size(path.size_bytes),
                f"{path.stays:,}",
                _reasons(path),
            ]
            for path in plan.paths
        ]
        self.output.table(columns, rows, empty="Nothing goes.")
        self.output.say(
            f"\n{count(plan.versions, 'version goes', 'versions go')}, {size(plan.size_bytes)}; "
            f"{count(plan.stay_versions, 'stays', 'stay')}, {size(plan.stay_bytes)}."
        )
        if plan.over_bytes:
            self.output.note(
                f"What always stays is {size(plan.over_bytes)} more than "
                "BookstoreSettings.retention_max_bytes."
            )
        if not self.apply and plan.versions:
            self.output.note("Nothing was removed: this is a dry run. --apply removes it.")

    def _apply(self, source: StoreSource, retainer: Retainer, plan: RetentionPlan) -> list[Removed]:
        question = f"Remove {count(plan.versions, 'version')} for good?"
        if not self.yes and not self.output.ask(question):
            self.output.note("Nothing was removed. Without a terminal, --yes says so.")
            return []
        removed = []
        with self.output.progress("Removing", len(plan.paths)) as advance:
            for path in source.each(retainer.apply(plan)):
                removed.append(path)
                advance()
        if not self.as_json:
            versions = sum(path.versions for path in removed)
            freed = size(sum(path.size_bytes for path in removed))
            self.output.say(f"{count(versions, 'version')} removed, {freed}.")
        return removed

    def _print_rule(self, source: StoreSource) -> int:
        settings = source.bookstore.settings
        found = lifecycle_rule(policy_of(settings), source.workspace.prefix)
        warnings = list(found.warnings)
        has_rules = not settings.swift_container
        if settings.s3_bucket:
            has_rules = source.run(takes_rules(settings))
        if not has_rules:
            warnings.insert(0, f"Do not set it on this bucket. {NO_RULES} {INSTEAD_OF_RULES}")
        if self.as_json:
            self.output.json({"configuration": found.configuration, "warnings": warnings})
            return DONE
        self.output.say(json.dumps(found.configuration, indent=2))
        for warning in warnings:
            self.output.note(warning)
        return DONE


def _reasons(path: PathPlan) -> str:
    counted = Counter(verdict.reason for verdict in path.goes)
    return ", ".join(f"{number} {reason}" for reason, number in counted.most_common())


def _as_json(plan: RetentionPlan, removed: list[Removed]) -> dict[str, object]:
    return {
        "made_at": plan.made_at,
        "goes": [
            {
                "path": path.path,
                "stays": path.stays,
                "size_bytes": path.size_bytes,
                "versions": [
                    {"version_id": verdict.version.version_id, "reason": verdict.reason}
                    for verdict in path.goes
                ],
            }
            for path in plan.paths
        ],
        "versions": plan.versions,
        "size_bytes": plan.size_bytes,
        "stay_versions": plan.stay_versions,
        "stay_bytes": plan.stay_bytes,
        "over_bytes": plan.over_bytes,
        "problems": list(plan.problems),
        "removed": [asdict(path) for path in removed],
    }
