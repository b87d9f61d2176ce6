"""A notebook's bytes → its JSON, whatever it is; and words about what is wrong with it.

Apart from opening, because nbformat takes a second to import.
Knows: JSON.  Must not know: nbformat.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import InvalidNotebook

CURRENT_FORMAT = 4
_WORDS_AT_MOST = 300


def parsed(content: str | bytes) -> Any:
    """Return the JSON *content*, with NaN and infinite numbers where it has them.

    Raises :class:`~bookstore.errors.InvalidNotebook`.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return json.loads(text)
    except UnicodeDecodeError as error:
        raise InvalidNotebook("It is not a notebook: not text in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidNotebook(
            f"It is not a notebook: not JSON ({shortened(str(error))})."
        ) from error


def shortened(text: str) -> str:
    """Return *text* as a message may hold it."""
    return text if len(text) <= _WORDS_AT_MOST else f"{text[:_WORDS_AT_MOST]}…"
