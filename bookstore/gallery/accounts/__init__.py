"""Accounts of the gallery's own: names, passwords, who signed in, tokens of programs."""
