"""Where versions live: one protocol, one implementation a module.

What lives here talks to a disk or a network and turns its failures into :mod:`bookstore.errors`.
What must not live here: settings, HTTP, Jupyter, and any rule about notebooks.
"""
