"""The gallery as a service of a JupyterHub: an extra, imported where a Hub starts it."""

from ....extras import require

require("Serving the gallery from a JupyterHub", "jupyterhub", "jupyterhub")
