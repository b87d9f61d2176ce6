"""Fixtures of a real Jupyter server for every test that asks for one."""

pytest_plugins = ["pytest_jupyter.jupyter_server"]
