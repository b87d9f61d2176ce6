"""Reviews, their history and who could do them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, relationship

from .base import (
    TABLE_OPTIONS,
    Base,
    Created,
    Key,
    LongKey,
    MediumText,
    PlainText,
    Updated,
    index,
    index_of_key,
    loose,
    those_of,
    to,
)

if TYPE_CHECKING:
    from .notebooks import Notebook
    from .people import User
    from .versions import Revision


class Review(Base):
    """A review that waits, is claimed, or was done."""

    __tablename__ = "reviews"
    __table_args__ = (
        *index_of_key("fk_rails_8efab41d7d", "notebook_id"),
        *index_of_key("fk_rails_007031d9cb", "reviewer_id"),
        *index_of_key("fk_rails_8204389e51", "revision_id"),
        *index("index_reviews_on_revtype", "revtype"),
        *index("index_reviews_on_status", "status"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    revision_id: Mapped[int | None] = to("revisions", "CASCADE")
    reviewer_id: Mapped[int | None] = to("users", "SET NULL")
    revtype: Mapped[str]
    status: Mapped[str]
    comment: Mapped[MediumText | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    notebook: Mapped[Notebook] = relationship(back_populates="reviews")
    revision: Mapped[Revision | None] = relationship(back_populates="reviews")
    reviewer: Mapped[User | None] = relationship(back_populates="reviews")
    history: Mapped[list[ReviewHistory]] = those_of(back_populates="review")
    recommended_reviewers: Mapped[list[RecommendedReviewer]] = those_of(back_populates="review")


class ReviewHistory(Base):
    """A step in the life of a review."""

    __tablename__ = "review_histories"
    __table_args__ = (
        *index_of_key("fk_rails_555a48b60d", "review_id"),
        *index_of_key("fk_rails_660739a8fb", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[LongKey]
    review_id: Mapped[int] = to("reviews", "CASCADE")
    user_id: Mapped[int | None] = to("users", "SET NULL")
    action: Mapped[str]
    reviewer_id: Mapped[int | None]
    comment: Mapped[PlainText | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    review: Mapped[Review] = relationship(back_populates="history")
    user: Mapped[User | None] = relationship(back_populates="review_histories")
    reviewer: Mapped[User | None] = loose("ReviewHistory.reviewer_id == User.id")


class RecommendedReviewer(Base):
    """Somebody who knows enough to review."""

    __tablename__ = "recommended_reviewers"
    __table_args__ = (
        *index_of_key("fk_rails_1384b06cf7", "review_id"),
        *index_of_key("fk_rails_d36d2d95c0", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    review_id: Mapped[int] = to("reviews", "CASCADE")
    user_id: Mapped[int] = to("users", "CASCADE")
    score: Mapped[float | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    review: Mapped[Review] = relationship(back_populates="recommended_reviewers")
    user: Mapped[User] = relationship(back_populates="recommended_reviews")
