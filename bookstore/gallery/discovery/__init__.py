"""What is worth looking at: pure functions of numbers."""
