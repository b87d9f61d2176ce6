"""The tables of the gallery: nbgallery's 43 as they are, and ours beside them.

A class is named as nbgallery names it.  Importing this connects to nothing.
"""

from .accounts import Invitation, SignedIn, SignInAttempts
from .additions import (
    CellHash,
    Change,
    Job,
    RevisionCell,
    StoredNotebook,
    StoredRevision,
    Token,
)
from .base import Base, now
from .comments import CommontatorComment, CommontatorSubscription, CommontatorThread, Vote
from .discovery import (
    NotebookSimilarity,
    SuggestedGroup,
    SuggestedNotebook,
    SuggestedTag,
    UsersAlsoView,
    UserSimilarity,
)
from .groups import Group, GroupsUser
from .notebooks import (
    DeprecatedNotebook,
    Notebook,
    NotebookDaily,
    NotebookSummary,
    Resource,
    Tag,
    shares,
    stars,
)
from .oauth import OauthAccessGrant, OauthAccessToken, OauthApplication
from .people import (
    Environment,
    Identity,
    Preference,
    SiteWarning,
    Subscription,
    User,
    UserPreference,
    UserSummary,
)
from .publishing import (
    Deletion,
    ListedObject,
    NotebookAttribute,
    Publishing,
    RevisionAttribute,
    ShareLink,
    UserAttribute,
    ViewShare,
)
from .reviews import RecommendedReviewer, Review, ReviewHistory
from .searching import SearchDocument, SearchPackage
from .usage import Click, CodeCell, Execution, ExecutionHistory, Feedback
from .versions import ChangeRequest, NotebookFile, Revision, Stage

__all__ = [
    "Base",
    "CellHash",
    "Change",
    "ChangeRequest",
    "Click",
    "CodeCell",
    "CommontatorComment",
    "CommontatorSubscription",
    "CommontatorThread",
    "Deletion",
    "DeprecatedNotebook",
    "Environment",
    "Execution",
    "ExecutionHistory",
    "Feedback",
    "Group",
    "GroupsUser",
    "Identity",
    "Invitation",
    "Job",
    "ListedObject",
    "Notebook",
    "NotebookAttribute",
    "NotebookDaily",
    "NotebookFile",
    "NotebookSimilarity",
    "NotebookSummary",
    "OauthAccessGrant",
    "OauthAccessToken",
    "OauthApplication",
    "Preference",
    "Publishing",
    "RecommendedReviewer",
    "Resource",
    "Review",
    "ReviewHistory",
    "Revision",
    "RevisionAttribute",
    "RevisionCell",
    "SearchDocument",
    "SearchPackage",
    "ShareLink",
    "SignInAttempts",
    "SignedIn",
    "SiteWarning",
    "Stage",
    "StoredNotebook",
    "StoredRevision",
    "Subscription",
    "SuggestedGroup",
    "SuggestedNotebook",
    "SuggestedTag",
    "Tag",
    "Token",
    "User",
    "UserAttribute",
    "UserPreference",
    "UserSimilarity",
    "UserSummary",
    "UsersAlsoView",
    "ViewShare",
    "Vote",
    "now",
    "shares",
    "stars",
]

OURS = tuple(table for table in Base.metadata.sorted_tables if table.name.startswith("bookstore_"))
"""Our own tables, each after those it refers to."""

NBGALLERYS = tuple(table for table in Base.metadata.sorted_tables if table not in OURS)
"""nbgallery's tables, each after those it refers to."""
