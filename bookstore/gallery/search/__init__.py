"""Finding notebooks by words: a query language, what is indexed of a notebook, and engines."""
