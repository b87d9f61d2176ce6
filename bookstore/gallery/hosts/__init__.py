"""Where the gallery is served other than inside a Jupyter server."""
