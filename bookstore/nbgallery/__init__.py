"""nbgallery-python's interface to a gallery's database, under its names.

``config`` says which database, ``database.orm`` has its rows as objects, ``database.dataframes`` as
pandas' frames, ``notebooks`` the documents.  Nothing is read, and nothing connected, before it is
asked for; a database is only ever read.

Knows: the gallery's models, stores.  Must not know: servers, settings, how anything is archived.
"""
