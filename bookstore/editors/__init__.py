"""What is known of a save beforehand: who edits what it saves, what comes back with it, and why."""
