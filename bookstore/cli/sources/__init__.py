"""Who answers a command: a running server, or the store itself."""
