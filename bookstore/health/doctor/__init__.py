"""Examinations of everything that bookstore needs, each with what to do about what is wrong."""
