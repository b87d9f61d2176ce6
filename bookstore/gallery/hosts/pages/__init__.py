"""The pages with which members sign in, and see to their accounts."""
