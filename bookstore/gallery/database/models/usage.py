"""What people do with notebooks: clicks, executed cells, feedback."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, relationship

from .base import (
    TABLE_OPTIONS,
    Base,
    Created,
    Key,
    MediumText,
    Updated,
    index,
    index_of_key,
    those_of,
    to,
)

if TYPE_CHECKING:
    from .additions import CellHash
    from .notebooks import Notebook
    from .people import User


class Click(Base):
    """One thing that one user did with one notebook."""

    __tablename__ = "clicks"
    __table_args__ = (
        *index_of_key("fk_rails_4dac87767f", "notebook_id"),
        *index("index_clicks_on_action", "org"),
        *index("index_clicks_on_org", "org"),
        *index_of_key("fk_rails_18f7781f15", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    org: Mapped[str | None]
    action: Mapped[str]
    notebook_id: Mapped[int | None] = to("notebooks", "CASCADE")
    tracking: Mapped[str | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User] = relationship(back_populates="clicks")
    notebook: Mapped[Notebook | None] = relationship(back_populates="clicks")


class CodeCell(Base):
    """A code cell of the newest revision, known by the MD5 of its source."""

    __tablename__ = "code_cells"
    __table_args__ = (
        *index("index_code_cells_on_md5", "md5"),
        *index_of_key("fk_rails_185a49c378", "notebook_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    cell_number: Mapped[int | None]
    md5: Mapped[str | None]
    ssdeep: Mapped[MediumText | None]
    created_at: Mapped[Created | None]
    updated_at: Mapped[Updated | None]

    notebook: Mapped[Notebook] = relationship(back_populates="code_cells")
    executions: Mapped[list[Execution]] = those_of(back_populates="code_cell")
    stored: Mapped[CellHash | None] = those_of(back_populates="code_cell")


class Execution(Base):
    """A code cell that was run."""

    __tablename__ = "executions"
    __table_args__ = (
        *index_of_key("fk_rails_3857909a04", "code_cell_id"),
        *index_of_key("fk_rails_b9357380e9", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    code_cell_id: Mapped[int] = to("code_cells", "CASCADE")
    success: Mapped[bool | None]
    runtime: Mapped[float | None]
    created_at: Mapped[Created | None]
    updated_at: Mapped[Updated | None]

    user: Mapped[User] = relationship(back_populates="executions")
    code_cell: Mapped[CodeCell] = relationship(back_populates="executions")


class ExecutionHistory(Base):
    """Whether a user ran cells of a notebook on a day."""

    __tablename__ = "execution_histories"
    __table_args__ = (
        *index("index_execution_histories_on_day", "day"),
        *index_of_key("fk_rails_9fa82906e9", "notebook_id"),
        *index(
            "index_execution_histories_on_user_id_and_notebook_id_and_day",
            "user_id",
            "notebook_id",
            "day",
            unique=True,
        ),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    known_cell: Mapped[bool | None]
    unknown_cell: Mapped[bool | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    day: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="execution_histories")
    notebook: Mapped[Notebook] = relationship(back_populates="execution_histories")


class Feedback(Base):
    """What a user says of a notebook to its owner."""

    __tablename__ = "feedbacks"
    __table_args__ = (
        *index_of_key("fk_rails_ce692a7059", "notebook_id"),
        *index_of_key("fk_rails_c57bb6cf28", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = to("users", "SET NULL")
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    ran: Mapped[bool | None]
    worked: Mapped[bool | None]
    broken_feedback: Mapped[MediumText | None]
    general_feedback: Mapped[MediumText | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User | None] = relationship(back_populates="feedbacks")
    notebook: Mapped[Notebook] = relationship(back_populates="feedbacks")
