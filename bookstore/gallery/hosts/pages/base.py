"""What the pages of members share.

Knows: HTTP, members.  Must not know: what pages say.
"""

from __future__ import annotations

from typing import Any, cast

from ...accounts.sessions import Known, Place
from ...faces.handlers import MEMBERS
from ...faces.members import Member
from ...web.base import GalleryPageHandler
from ..members import Members


class MemberPageHandler(GalleryPageHandler):
    """Base of the pages of members."""

    @property
    def members(self) -> Members:
        """How they sign in."""
        return cast(Members, self.settings[MEMBERS])

    @property
    def member(self) -> Member:
        """Who asks; there is somebody."""
        return cast(Member, self.current_user)

    @property
    def session(self) -> Known:
        """How they are signed in."""
        return cast(Known, self.signed_in)

    signed_in: Known | None = None

    def where(self) -> Place:
        """Return where the request is from."""
        return self.members.place(self.request)

    def finish_page(self, template: str, **values: Any) -> None:
        """Answer with a page that has forms, whoever asks."""
        super().finish_page(template, **{"xsrf_token": self.xsrf_token.decode(), **values})

    def back_to(self, url: str) -> str:
        """Return *url* where it is a page here, and the first one else.

        It comes from a link that anybody may have made.
        """
        is_plain = url.isascii() and url.isprintable() and not set(url) & {"\\", " "}
        is_here = url.startswith(self.base_url) and not url.startswith("//")
        return url if is_plain and is_here else self.place()
