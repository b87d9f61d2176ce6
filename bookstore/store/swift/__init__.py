"""Versions in OpenStack Swift, by its own API."""
