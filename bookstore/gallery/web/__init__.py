"""The gallery's pages: server-rendered, safe, and whole without a script.

Knows: HTTP, use cases.  Must not know: tables, stores.
"""
