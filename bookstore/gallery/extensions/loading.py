"""Finds extensions and asks them; a broken one is told, and passed over or refuses.

It is passed over where that takes nothing away but a convenience.  What it was to forbid, to take
out or to ask for is not let through without it.

Knows: entry points.  Must not know: what hooks do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from ...errors import BookstoreError
from ..permissions import Facts, Level, Rule, Standing
from .hooks import Field, Problem

GROUP = "bookstore.gallery"
KINDS = ("tags", "validate", "permissions", "fields", "strip", "suggestions")

T = TypeVar("T")
Hook = Callable[..., Any]
_log = logging.getLogger("bookstore.gallery")


class ExtensionBroken(BookstoreError):
    """An extension that has a say in this failed, so it was not done."""

    status = 503
    hint = "The administrator can mend the extension, or leave it out of the gallery's settings."


class Extensions:
    """The extensions that an administrator named, each loaded when it is first needed."""

    def __init__(
        self, names: Sequence[str] = (), found: Iterable[EntryPoint] | None = None
    ) -> None:
        self.names = tuple(names)
        self._given = None if found is None else tuple(found)

    @cached_property
    def problems(self) -> list[str]:
        """What is broken, in words for the administrator; it grows as hooks are needed."""
        return [f"The extension {name} is not installed." for name in self._missing]

    # -- kinds that are passed over where they fail --------------------------------------------

    def propose_tags(self, notebook: Mapping[str, Any]) -> Iterator[str]:
        """Yield tags for a notebook."""
        for entry, hook in self._hooks("tags"):
            try:
                yield from hook(notebook)
            except Exception as error:
                self._tell(entry, error)

    def suggestions(self, session: Session, standing: Standing) -> Iterator[Mapping[int, float]]:
        """Yield what each extension suggests to somebody."""
        for entry, hook in self._hooks("suggestions"):
            try:
                with session.begin_nested():
                    suggested = hook(session, standing)
            except Exception as error:
                self._tell(entry, error)
            else:
                yield suggested

    # -- kinds that refuse where they fail -----------------------------------------------------

    def problems_of(
        self, standing: Standing, words: Mapping[str, Any], notebook: Mapping[str, Any]
    ) -> list[Problem]:
        """Return what extensions find wrong; raises :class:`ExtensionBroken`."""
        return [
            problem
            for entry, hook in self._sure_hooks("validate")
            for problem in self._surely(entry, hook, standing, words, notebook)
        ]

    def strip(self, notebook: dict[str, Any]) -> None:
        """Take out what extensions take out; raises :class:`ExtensionBroken`."""
        for entry, hook in self._sure_hooks("strip"):
            self._surely(entry, hook, notebook)

    def fields(self, standing: Standing) -> list[Field]:
        """Return the fields that somebody is shown more; raises :class:`ExtensionBroken`."""
        return [
            field
            for entry, hook in self._sure_hooks("fields")
            for field in self._surely(entry, hook, standing)
        ]

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """What they demand of whoever reads or edits; one that fails lets nobody."""
        rules: list[Rule] = [_nobody] if self._missing else []
        for entry in self._entries("permissions"):
            hook = self._loaded(entry)
            rules.append(_nobody if hook is None else self._guarded(entry, cast(Rule, hook)))
        return tuple(rules)

    def _guarded(self, entry: EntryPoint, rule: Rule) -> Rule:
        def guarded(level: Level, standing: Standing, facts: Facts[T]) -> T:
            try:
                return rule(level, standing, facts)
            except Exception as error:
                self._tell(entry, error)
                return facts.always(False)

        return guarded

    # -- finding them --------------------------------------------------------------------------

    @cached_property
    def _found(self) -> tuple[EntryPoint, ...]:
        if not self.names:
            return ()
        given = entry_points(group=GROUP) if self._given is None else self._given
        return tuple(entry for entry in given if entry.name.partition(".")[2] in self.names)

    @cached_property
    def _missing(self) -> list[str]:
        there = {
            name
            for kind, _, name in (entry.name.partition(".") for entry in self._found)
            if kind in KINDS
        }
        return [name for name in self.names if name not in there]

    def _entries(self, kind: str) -> list[EntryPoint]:
        """Return the entry points of a kind, in the order in which extensions were named."""
        of_kind = [entry for entry in self._found if entry.name.partition(".")[0] == kind]
        return sorted(of_kind, key=lambda entry: self.names.index(entry.name.partition(".")[2]))

    def _hooks(self, kind: str) -> Iterator[tuple[EntryPoint, Hook]]:
        for entry in self._entries(kind):
            if (hook := self._loaded(entry)) is not None:
                yield entry, hook

    def _sure_hooks(self, kind: str) -> Iterator[tuple[EntryPoint, Hook]]:
        if self._missing:
            raise ExtensionBroken(self.problems[0])
        for entry in self._entries(kind):
            hook = self._loaded(entry)
            if hook is None:
                raise ExtensionBroken(f"The extension {entry.name} cannot be loaded.")
            yield entry, hook

    @cached_property
    def _hooks_by_name(self) -> dict[str, Any]:
        return {}

    def _loaded(self, entry: EntryPoint) -> Any:
        """Return the hook of an entry point, or None where it cannot be loaded."""
        if entry.name not in self._hooks_by_name:
            try:
                hook = entry.load()
            except Exception as error:
                self._tell(entry, error)
                hook = None
            self._hooks_by_name[entry.name] = hook if callable(hook) else None
        return self._hooks_by_name[entry.name]

    def _surely(self, entry: EntryPoint, hook: Hook, *given: Any) -> list[Any]:
        try:
            return [*(hook(*given) or ())]
        except Exception as error:
            self._tell(entry, error)
            raise ExtensionBroken(f"The extension {entry.name} failed.") from error

    def _tell(self, entry: EntryPoint, error: Exception) -> None:
        problem = f"The extension {entry.name} failed: {type(error).__name__}."
        if problem not in self.problems:
            self.problems.append(problem)
            _log.warning("%s", problem, exc_info=error)


def _nobody(level: Level, standing: Standing, facts: Facts[T]) -> T:
    """A rule in the place of one that cannot be asked."""
    return facts.always(False)
