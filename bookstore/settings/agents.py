"""The settings that say which programs act for the users of a server.

Knows: trait names.  Must not know: requests.
"""

from __future__ import annotations

import re
from typing import Any

from traitlets import Dict, Float, TraitError, Unicode, validate
from traitlets.config import LoggingConfigurable

from .traits import EnvUnicode

_SHA256 = re.compile("[0-9a-f]{64}")


class AgentSettings(LoggingConfigurable):
    """Part of :class:`~bookstore.bookstore_config.BookstoreSettings`."""

    agent = EnvUnicode(
        "BOOKSTORE_AGENT",
        help="""Name of the program for which this server is, such as an agent that edits notebooks.
        History then names it behind the user, as ada/claude, where a request does not say
        another in its header Bookstore-Agent.""",
    ).tag(config=True)

    agent_tokens: Dict[str, str] = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="""Names of programs by the token that they sign in with: the SHA-256 of the token in
        hexadecimal digits, and the name. What a request says in its header does not count then.""",
    ).tag(config=True)

    watch_s = Float(
        0.5,
        min=0,
        help="""The file of an open notebook is looked at every so many seconds, so that each state
        that something else writes to it becomes a version. 0: only when it is opened or saved.""",
    ).tag(config=True)

    @validate("agent_tokens")
    def _check_agent_tokens(self, proposal: dict[str, Any]) -> dict[str, str]:
        tokens: dict[str, str] = proposal["value"]
        for digest in tokens:
            if not _SHA256.fullmatch(digest):
                raise TraitError(  # not what was given: it may be the token itself
                    f"{type(self).__name__}.agent_tokens must name tokens by 64 hexadecimal digits,"
                    " those of their SHA-256, in small letters"
                )
        return tokens
