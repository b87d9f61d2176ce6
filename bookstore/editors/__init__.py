"""What is known of the editors in which notebooks are open: who edits them, and what comes back."""
