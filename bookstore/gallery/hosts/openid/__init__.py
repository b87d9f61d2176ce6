"""Signing in elsewhere, by OpenID Connect: an extra, imported where a provider is set."""

from ....extras import require

require("Signing in by OpenID Connect", "openid", "authlib", "joserfc")
