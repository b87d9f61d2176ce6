"""The gallery's JSON API: the same use cases as the pages, for programs."""
