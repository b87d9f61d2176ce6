"""Which versions go and which stay, and the removal of those that go."""
