"""The directive ``bookstore-settings``: every trait of a class of settings, from the class itself.

Without an argument it is BookstoreSettings.
"""

from __future__ import annotations

import inspect
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from traitlets import Dict, Enum, List, TraitType
from traitlets.config import Configurable
from traitlets.utils.importstring import import_item

from bookstore.bookstore_config import BookstoreSettings, EnvUnicode

TYPE_NAMES = {"Unicode": "text", "Int": "integer", "Float": "number", "Bool": "True or False"}


class SettingsDirective(SphinxDirective):
    """Writes one section for each setting, in the order of the source."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections, which rebuild when the settings' source changes."""
        owner = import_item(self.arguments[0]) if self.arguments else BookstoreSettings
        self.env.note_dependency(str(inspect.getsourcefile(owner)))
        return [self._section(owner, name, trait) for name, trait in settings(owner)]

    def _section(
        self, owner: type[Configurable], name: str, trait: TraitType[Any, Any]
    ) -> nodes.section:
        mark = "setting" if owner is BookstoreSettings else owner.__name__.lower()
        section = nodes.section(ids=[f"{mark}-{name}"], names=[f"{mark}-{name}"])
        section += nodes.title("", "", nodes.literal(text=name))
        help_text = inspect.cleandoc(trait.help or "")
        section += self.parse_text_to_nodes(help_text)
        section += nodes.bullet_list(
            "", *(_item(label, value) for label, value in facts(owner, name, trait).items())
        )
        return section


def settings(owner: type[Configurable]) -> list[tuple[str, TraitType[Any, Any]]]:
    """Return the configurable traits that *owner* and bookstore's own classes below it define, in
    the order of their sources."""
    classes = [each for each in owner.__mro__ if each.__module__.startswith("bookstore.")]
    return [
        (name, trait)
        for each in classes
        for name, trait in vars(each).items()
        if isinstance(trait, TraitType) and trait.metadata.get("config")
    ]


def facts(owner: type[Configurable], name: str, trait: TraitType[Any, Any]) -> dict[str, str]:
    """Return what is true of a trait beyond its help: how to write it, type, default, variable."""
    default = trait.default() if isinstance(trait, Dict | List) else trait.default_value
    known = {
        "Configuration": f"c.{owner.__name__}.{name}",
        "Type": type_name(trait),
        "Default": repr(default),
    }
    if isinstance(trait, EnvUnicode):
        known["Environment variable"] = trait.variable
    return known


def type_name(trait: TraitType[Any, Any]) -> str:
    """Return a trait's type in plain words."""
    if isinstance(trait, Enum):
        return "one of " + ", ".join(repr(value) for value in trait.values or ())
    if isinstance(trait, List):
        return "list of text"
    if isinstance(trait, Dict):
        return "mapping of text to text"
    names = [cls.__name__ for cls in type(trait).__mro__]
    return next(TYPE_NAMES[name] for name in names if name in TYPE_NAMES)


def _item(label: str, value: str) -> nodes.list_item:
    is_code = label != "Type"
    shown: nodes.Node = nodes.literal(text=value) if is_code else nodes.Text(value)
    return nodes.list_item("", nodes.paragraph("", f"{label}: ", shown))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("bookstore-settings", SettingsDirective)
    return {"parallel_read_safe": True}
