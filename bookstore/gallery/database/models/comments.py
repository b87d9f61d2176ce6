"""Comments in threads and votes on them, as the gems Commontator and acts_as_votable keep them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from .base import TABLE_OPTIONS, Base, Created, Key, MediumText, Updated, index, loose


class CommontatorThread(Base):
    """The comments on one notebook."""

    __tablename__ = "commontator_threads"
    __table_args__ = (
        *index(
            "index_commontator_threads_on_c_id_and_c_type",
            "commontable_id",
            "commontable_type",
            unique=True,
        ),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    commontable_type: Mapped[str | None]
    commontable_id: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    closer_type: Mapped[str | None]
    closer_id: Mapped[int | None]
    created_at: Mapped[Created | None]
    updated_at: Mapped[Updated | None]

    comments: Mapped[list[CommontatorComment]] = loose(
        "CommontatorComment.thread_id == CommontatorThread.id", back_populates="thread"
    )
    subscriptions: Mapped[list[CommontatorSubscription]] = loose(
        "CommontatorSubscription.thread_id == CommontatorThread.id", back_populates="thread"
    )


class CommontatorComment(Base):
    """A comment in a thread."""

    __tablename__ = "commontator_comments"
    __table_args__ = (
        *index("index_commontator_comments_on_cached_votes_down", "cached_votes_down"),
        *index("index_commontator_comments_on_cached_votes_up", "cached_votes_up"),
        *index(
            "index_commontator_comments_on_c_id_and_c_type_and_t_id",
            "creator_id",
            "creator_type",
            "thread_id",
        ),
        *index("index_commontator_comments_on_thread_id_and_created_at", "thread_id", "created_at"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    creator_type: Mapped[str | None]
    creator_id: Mapped[int | None]
    editor_type: Mapped[str | None]
    editor_id: Mapped[int | None]
    thread_id: Mapped[int]
    body: Mapped[MediumText]
    deleted_at: Mapped[datetime | None]
    cached_votes_up: Mapped[int | None] = mapped_column(server_default="0")
    cached_votes_down: Mapped[int | None] = mapped_column(server_default="0")
    created_at: Mapped[Created | None]
    updated_at: Mapped[Updated | None]

    thread: Mapped[CommontatorThread] = loose(
        "CommontatorComment.thread_id == CommontatorThread.id", back_populates="comments"
    )


class CommontatorSubscription(Base):
    """Somebody who hears of new comments in a thread."""

    __tablename__ = "commontator_subscriptions"
    __table_args__ = (
        *index(
            "index_commontator_subscriptions_on_s_id_and_s_type_and_t_id",
            "subscriber_id",
            "subscriber_type",
            "thread_id",
            unique=True,
        ),
        *index("index_commontator_subscriptions_on_thread_id", "thread_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    subscriber_type: Mapped[str]
    subscriber_id: Mapped[int]
    thread_id: Mapped[int]
    created_at: Mapped[Created | None]
    updated_at: Mapped[Updated | None]

    thread: Mapped[CommontatorThread] = loose(
        "CommontatorSubscription.thread_id == CommontatorThread.id", back_populates="subscriptions"
    )


class Vote(Base):
    """A vote for or against something, such as a comment."""

    __tablename__ = "votes"
    __table_args__ = (
        *index(
            "index_votes_on_votable_id_and_votable_type_and_vote_scope",
            "votable_id",
            "votable_type",
            "vote_scope",
        ),
        *index(
            "index_votes_on_voter_id_and_voter_type_and_vote_scope",
            "voter_id",
            "voter_type",
            "vote_scope",
        ),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    votable_id: Mapped[int | None]
    votable_type: Mapped[str | None]
    voter_id: Mapped[int | None]
    voter_type: Mapped[str | None]
    vote_flag: Mapped[bool | None]
    vote_scope: Mapped[str | None]
    vote_weight: Mapped[int | None]
    created_at: Mapped[Created | None]
    updated_at: Mapped[Updated | None]
