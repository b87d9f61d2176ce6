"""What of bookstore works, found out by asking, and told to whoever watches."""
