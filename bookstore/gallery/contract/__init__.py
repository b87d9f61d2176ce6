"""nbgallery's HTTP contract: what its extensions for JupyterLab and the classic notebook call.

A face of the same use cases as the pages and the API.  Nothing of it answers before an
administrator lists the origins whose pages may ask.

Knows: HTTP, use cases.  Must not know: tables, stores.
"""
