"""The tasks of entropy guidance."""
