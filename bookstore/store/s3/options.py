"""How to reach an S3 service: plain values, no secret shown."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Options:
    """Where an S3 service is and how to talk to it; None leaves the choice to the AWS defaults."""

    endpoint_url: str | None = None
    """None: Amazon's own for the region, or what the AWS configuration names."""
    region_name: str | None = None
    """None: what AWS_REGION, AWS_DEFAULT_REGION or the profile names, else us-east-1."""
    access_key_id: str | None = field(default=None, repr=False)
    """With ``secret_access_key``; both None: the provider chain (environment, profile, SSO, web
    identity, role)."""
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    profile: str | None = None
    addressing_style: str = "auto"
    """``path``, ``virtual`` or ``auto``: the bucket stands in the path when an endpoint is set."""
    ca_bundle: str | None = None
    sse: str | None = None
    """``AES256`` or ``aws:kms``."""
    sse_kms_key_id: str | None = field(default=None, repr=False)
    """Often an ARN with the account's number in it, so not shown either."""
    requester_pays: bool = False
    """Each request says that its costs are ours, as a bucket may ask that others' are."""
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 30.0
    max_connections: int = 20
