"""From the outbox to the store: in order for each notebook, again until the store has it."""
