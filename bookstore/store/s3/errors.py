"""S3's failures in our words, renamed in one place.

The service's own messages are never passed on: they name roles, accounts and keys.  Its error
codes are, when they look like codes.  Imported only in the store's own thread: botocore is slow
to import.
"""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple

import aiohttp
from botocore import exceptions as boto  # type: ignore[import-untyped]
from botocore.parsers import ResponseParserError  # type: ignore[import-untyped]

from ...errors import (
    BookstoreError,
    BucketNotFound,
    ObjectNotFound,
    StoreRefused,
    StoreUnavailable,
    VersionNotFound,
)
from ...s3_paths import s3_display_path
from .sign_in import CREDENTIALS_HINT, SignInFailed


class Target(NamedTuple):
    """What a request is about."""

    bucket: str
    key: str = ""
    version_id: str | None = None
    reads_object: bool = False
    """Is it one object that is asked for?  Then what is missing is that, not the bucket."""

    def __str__(self) -> str:
        return s3_display_path(self.bucket, self.key)


PERMISSION_HINT = StoreRefused.hint
KMS_HINT = (
    "Correct BookstoreSettings.s3_sse and s3_sse_kms_key_id, and let the server's credentials "
    "use the key (kms:GenerateDataKey, kms:Decrypt)."
)
REGION_HINT = "Correct BookstoreSettings.s3_region_name and s3_endpoint_url."
SETTINGS_HINT = (
    "Check the BookstoreSettings whose names begin with s3_, above all s3_endpoint_url, and the "
    "variables of the server's environment whose names begin with AWS_."
)
TOO_LARGE_HINT = (
    "Raise the proxy's limit (client_max_body_size of nginx), or make the notebook smaller: clear "
    "outputs."
)
CA_HINT = (
    "Name the file of the authority that signed the endpoint's certificate in "
    "BookstoreSettings.s3_ca_bundle."
)

# Codes whose HTTP status would mislead: they pass without anyone changing anything.
_PASSES = {
    "BadDigest": "the body was damaged on its way",
    "ConditionalRequestConflict": "another request was in the way",
    "ExpiredToken": "the server's temporary credentials have expired",
    "ExpiredTokenException": "the server's temporary credentials have expired",
    "IncompleteBody": "the body was cut on its way",
    "InternalError": "the store failed",
    "OperationAborted": "another request was in the way",
    "RequestExpired": "the request took too long to arrive, or the clocks differ",
    "RequestLimitExceeded": "the store is busy",
    "RequestTimeout": "the request took too long to arrive",
    "RequestTimeTooSkewed": "the clocks of the server and the store differ",
    "ServiceUnavailable": "the store is busy",
    "SlowDown": "the store is busy",
    "Throttling": "the store is busy",
    "ThrottlingException": "the store is busy",
    "TokenRefreshRequired": "the server's temporary credentials have expired",
    "TooManyRequests": "the store is busy",
}
_QUOTA = ("the store's quota is used up", "Ask the administrator for more room.")
# Codes for which there is more to say than "no".
_STAYS = {
    "403": ("the store does not allow it", PERMISSION_HINT),
    "413": ("the body is larger than the store, or a proxy before it, takes", TOO_LARGE_HINT),
    "AccessControlListNotSupported": (
        "the bucket lets no single version be public",
        "Make a link that ends, or let the bucket have access lists (Object Ownership).",
    ),
    "AccessDenied": ("the store does not allow it", PERMISSION_HINT),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", REGION_HINT),
    "EntityTooLarge": ("the body is larger than the store takes", TOO_LARGE_HINT),
    "IllegalLocationConstraintException": ("the bucket is in another region", REGION_HINT),
    "InvalidAccessKeyId": ("the store does not know the access key", CREDENTIALS_HINT),
    "InvalidEncryptionAlgorithmError": ("the store cannot encrypt like that", KMS_HINT),
    "InvalidToken": ("the session token is not valid", CREDENTIALS_HINT),
    "KeyTooLongError": (
        "the key is longer than the store takes",
        "Give the notebook a shorter name, or put it into a folder nearer to the root.",
    ),
    "MethodNotAllowed": ("the store does not allow this kind of request", PERMISSION_HINT),
    "NotImplemented": ("the store cannot do this", PERMISSION_HINT),
    "PermanentRedirect": ("the bucket is in another region", REGION_HINT),
    "QuotaExceeded": _QUOTA,
    "SignatureDoesNotMatch": ("the secret key is not the access key's", CREDENTIALS_HINT),
    "XMinioAdminBucketQuotaExceeded": _QUOTA,
}
_BAD_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidToken",
    "TokenRefreshRequired",
}
_PASSING_STATUSES = {408, 425, 429}
_MISSING_KEY = {"NoSuchKey", "NoSuchVersion", "NotFound", "404"}
_NOT_A_VERSION = {"InvalidArgument", "InvalidVersionId", "MethodNotAllowed", "400", "405"}
_INVALID_REQUESTS = {
    "Invalid version parameter": "InvalidVersionId",
    "Object name length of ": "KeyTooLongError",
}
"""What Swift, which calls many things InvalidRequest, says of each, and Amazon's code for it."""
_CODE = re.compile(r"[A-Za-z][A-Za-z.]{0,63}|[1-5]\d\d")

_NETWORK = (
    boto.ConnectionError,
    boto.HTTPClientError,
    aiohttp.ClientError,
    asyncio.TimeoutError,
)
_UNREACHABLE = (
    *_NETWORK,
    boto.IncompleteReadError,
    boto.ChecksumError,
    ResponseParserError,
    OSError,
)
_SIGNED_OUT = tuple(
    getattr(boto, name) for name in ("SSOError", "LoginError") if hasattr(boto, name)
)
_CREDENTIALS_PENDING = (
    boto.CredentialRetrievalError,
    boto.MetadataRetrievalError,
    boto.TokenRetrievalError,
)

FAILURES: tuple[type[Exception], ...] = (
    boto.ClientError,
    boto.BotoCoreError,
    *_UNREACHABLE,
    SignInFailed,
    UnicodeError,
)
"""All that a request to a store fails with; anything else is a bug."""


def renamed(error: Exception, target: Target) -> BookstoreError:
    """Return *error*, one of :data:`FAILURES`, in our words."""
    if isinstance(error, boto.ClientError):
        return _answered(error, target)
    if isinstance(error, SignInFailed):
        return not_signed_in(error, target)
    if isinstance(error, boto.SSLError) and _is_certificate_refused(error):
        return StoreRefused(f"{target}: the endpoint's certificate is not trusted.", hint=CA_HINT)
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError):
        return StoreRefused(f"{target}: there are no credentials.", hint=CREDENTIALS_HINT)
    if isinstance(error, boto.ReadTimeoutError | boto.ConnectTimeoutError | asyncio.TimeoutError):
        return StoreUnavailable(f"{target}: the store did not answer in time.")
    if isinstance(error, ResponseParserError):
        return StoreUnavailable(f"{target}: the store's answer cannot be read.")
    if isinstance(error, _UNREACHABLE):
        return StoreUnavailable(f"{target}: the connection to the store failed.")
    # What botocore itself finds wrong: names and settings that it cannot send.
    message = f"{target}: the request cannot be made ({type(error).__name__})."
    return StoreRefused(message, hint=SETTINGS_HINT)


def refused_to_open(error: Exception, target: Target) -> BookstoreError:
    """Return why no client could be made; whatever it is, settings are the cause."""
    if isinstance(error, FAILURES):
        return renamed(error, target)
    message = f"{target}: the settings of the S3 store cannot be used ({type(error).__name__})."
    return StoreRefused(message, hint=SETTINGS_HINT)


def concerns_credentials(error: Exception) -> bool:
    """May *error* be gone once the credentials are looked up anew?"""
    if isinstance(error, boto.ClientError):
        return _code_of(error) in _BAD_CREDENTIALS
    return isinstance(error, boto.NoCredentialsError | SignInFailed)


def hides_its_reason(error: Exception) -> bool:
    """Does *error* say no without a code, as the answer to a HEAD does, having no body?"""
    return (
        isinstance(error, boto.ClientError)
        and 400 <= _status_of(error) < 500
        and not _code_of(error).isalpha()
    )


def forbids(error: BaseException | None) -> bool:
    """Did the store answer that these credentials may not do this?"""
    return isinstance(error, boto.ClientError) and _code_of(error) in ("AccessDenied", "403")


def not_signed_in(failure: SignInFailed, target: Target) -> BookstoreError:
    """Say which source of credentials failed, and whether it may work again by itself."""
    cause, source = failure.__cause__, failure.source
    begin = f"{target}: the sign-in through {source.words}"
    later = f"Saves wait in the outbox. If this stays: {source.hint}"
    if isinstance(cause, boto.ClientError):
        code, status = _code_of(cause), _status_of(cause)
        if code in _PASSES or _passes(code, status):
            return StoreUnavailable(f"{begin} is not possible just now ({code}).", hint=later)
        return StoreRefused(f"{begin} was refused ({code or status}).", hint=source.hint)
    if isinstance(cause, _SIGNED_OUT):
        return StoreRefused(f"{begin} has expired.", hint=source.hint)
    if isinstance(cause, _CREDENTIALS_PENDING):
        return StoreUnavailable(f"{begin} gave no credentials just now.", hint=later)
    if isinstance(cause, _NETWORK):
        return StoreUnavailable(f"{begin}: its service cannot be reached just now.", hint=later)
    if isinstance(cause, OSError):
        reason = cause.strerror or "input/output error"
        return StoreRefused(f"{begin} failed: {source.broken} ({reason}).", hint=source.hint)
    return StoreRefused(f"{begin} failed ({type(cause).__name__}).", hint=source.hint)


def _answered(error: boto.ClientError, target: Target) -> BookstoreError:
    code, status = _code_of(error), _status_of(error)
    if code == "NoSuchBucket":
        return BucketNotFound(f"The bucket {target.bucket!r} does not exist.")
    if target.reads_object and (missing := _missing(code, status, target)):
        return missing
    if code in _PASSES:
        return StoreUnavailable(f"{target}: {_PASSES[code]} ({code}).")
    if code.startswith("KMS") and "Throttling" not in code:
        return StoreRefused(
            f"{target}: the store cannot use the encryption key ({code}).", hint=KMS_HINT
        )
    if (said := code or str(status)) in _STAYS:
        words, hint = _STAYS[said]
        return StoreRefused(f"{target}: {words} ({said}).", hint=hint)
    if status == 507:
        return StoreUnavailable(f"{target}: the store has no room left ({code or status}).")
    if _passes(code, status):
        return StoreUnavailable(f"{target}: the store cannot do it just now ({code or status}).")
    if status == 404:
        return BucketNotFound(f"The bucket {target.bucket!r} does not exist.")
    if 300 <= status < 400:
        return StoreRefused(f"{target}: the bucket is elsewhere ({code}).", hint=REGION_HINT)
    return StoreRefused(f"{target}: the store refused ({code or status}).")


def _missing(code: str, status: int, target: Target) -> BookstoreError | None:
    # Stores differ in how they say that a version is missing: Amazon NoSuchVersion, Ceph
    # NoSuchKey, and a version ID in a form not theirs is an invalid argument.  The version ID of
    # a delete marker is one that has no GET.
    if target.version_id is not None and code in _MISSING_KEY | _NOT_A_VERSION:
        return VersionNotFound(f"{target} has no version {target.version_id!r}.")
    if code in _MISSING_KEY or status == 404:
        return ObjectNotFound(f"{target} does not exist.")
    return None


def _passes(code: str, status: int) -> bool:
    throttled = "Throttl" in code
    return throttled or (status >= 500 and status != 501) or status in _PASSING_STATUSES


def _code_of(error: boto.ClientError) -> str:
    """Return the error's code, or nothing if it does not look like one."""
    told = error.response.get("Error", {})
    code = str(told.get("Code", ""))
    if code == "InvalidRequest":
        said = str(told.get("Message", ""))
        known = (meant for begin, meant in _INVALID_REQUESTS.items() if said.startswith(begin))
        return next(known, code)
    return code if _CODE.fullmatch(code) else ""


def _status_of(error: boto.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _is_certificate_refused(error: boto.SSLError) -> bool:
    return isinstance(error.kwargs.get("error"), aiohttp.ClientConnectorCertificateError)
