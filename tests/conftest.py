"""Fixtures of a real Jupyter server for every test that asks for one, and how tests are run."""

import signal

pytest_plugins = ["pytest_jupyter.jupyter_server"]

# What is started in the background of a shell ignores interrupts, and so would servers of tests.
signal.signal(signal.SIGINT, signal.default_int_handler)
