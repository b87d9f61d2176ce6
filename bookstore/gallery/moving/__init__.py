"""A gallery's things come in from nbgallery and go out to it: a whole database, or some notebooks.

Everything can be run again after it was interrupted: it goes on, and takes nothing twice.
"""
