"""What notebooks were and may become: revisions, change requests, stages, and their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, relationship

from .base import (
    TABLE_OPTIONS,
    Base,
    Created,
    Key,
    Label,
    MediumText,
    Updated,
    index,
    index_of_key,
    loose,
    those_of,
    to,
)

if TYPE_CHECKING:
    from .additions import StoredRevision
    from .notebooks import Notebook
    from .people import User
    from .reviews import Review


class Revision(Base):
    """A notebook as it was after a change."""

    __tablename__ = "revisions"
    __table_args__ = (
        *index_of_key("fk_rails_55cc590dc1", "notebook_id"),
        *index_of_key("fk_rails_47677c2e75", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = to("users", "SET NULL")
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    public: Mapped[bool | None]
    commit_id: Mapped[str | None]
    revtype: Mapped[str | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    commit_message: Mapped[str | None]
    change_request_id: Mapped[int | None]
    friendly_label: Mapped[Label | None]

    user: Mapped[User | None] = relationship(back_populates="revisions")
    notebook: Mapped[Notebook] = relationship(back_populates="revisions")
    change_request: Mapped[ChangeRequest | None] = loose(
        "Revision.change_request_id == ChangeRequest.id", back_populates="revisions"
    )
    files: Mapped[list[NotebookFile]] = those_of(back_populates="revision")
    reviews: Mapped[list[Review]] = those_of(back_populates="revision")
    stored: Mapped[StoredRevision | None] = those_of(back_populates="revision")


class ChangeRequest(Base):
    """A proposal of somebody who may read a notebook, for those who may edit it."""

    __tablename__ = "change_requests"
    __table_args__ = (
        *index_of_key("fk_rails_87d03cd145", "notebook_id"),
        *index("index_change_requests_on_reqid", "reqid", unique=True),
        *index_of_key("fk_rails_a4b1b45763", "requestor_id"),
        *index("index_change_requests_on_status", "status"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    reqid: Mapped[str]
    requestor_id: Mapped[int] = to("users", "CASCADE")
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    status: Mapped[str]
    requestor_comment: Mapped[MediumText | None]
    owner_comment: Mapped[MediumText | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    commit_message: Mapped[str | None]
    reviewer_id: Mapped[int | None]

    requestor: Mapped[User] = relationship(back_populates="change_requests")
    notebook: Mapped[Notebook] = relationship(back_populates="change_requests")
    reviewer: Mapped[User | None] = loose("ChangeRequest.reviewer_id == User.id")
    files: Mapped[list[NotebookFile]] = those_of(back_populates="change_request")
    revisions: Mapped[list[Revision]] = loose(
        "Revision.change_request_id == ChangeRequest.id", back_populates="change_request"
    )


class Stage(Base):
    """An upload whose form is not filled in yet."""

    __tablename__ = "stages"
    __table_args__ = (
        *index_of_key("fk_rails_b07f32c2f3", "user_id"),
        *index("index_stages_on_uuid", "uuid", unique=True),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    uuid: Mapped[str]
    user_id: Mapped[int] = to("users", "CASCADE")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User] = relationship(back_populates="stages")
    files: Mapped[list[NotebookFile]] = those_of(back_populates="stage")


class NotebookFile(Base):
    """The bytes of a notebook, stage, change request or revision, where nbgallery keeps them."""

    __tablename__ = "notebook_files"
    __table_args__ = (
        *index_of_key("fk_rails_db17b599fb", "change_request_id"),
        *index_of_key("fk_rails_2b60b86873", "notebook_id"),
        *index_of_key("fk_rails_450e785378", "revision_id"),
        *index_of_key("fk_rails_6c3c57487e", "stage_id"),
        *index("index_notebook_files_on_uuid", "uuid"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    content: Mapped[MediumText]
    save_type: Mapped[str]
    uuid: Mapped[str]
    revision_id: Mapped[int | None] = to("revisions", "RESTRICT")
    change_request_id: Mapped[int | None] = to("change_requests", "RESTRICT")
    stage_id: Mapped[int | None] = to("stages", "RESTRICT")
    notebook_id: Mapped[int | None] = to("notebooks", "RESTRICT")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    revision: Mapped[Revision | None] = relationship(back_populates="files")
    change_request: Mapped[ChangeRequest | None] = relationship(back_populates="files")
    stage: Mapped[Stage | None] = relationship(back_populates="files")
    notebook: Mapped[Notebook | None] = relationship(back_populates="files")
