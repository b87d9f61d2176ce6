"""``jupyter bookstore …``: what people ask of bookstore from a shell.

A command works through a source (:mod:`.source`): a running server, asked over HTTP, or the store
itself, opened with the server's configuration where none runs.  What lives here reads arguments,
chooses a source and shows answers.  What must not come here: any rule about versions.
"""
