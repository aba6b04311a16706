"""The moving figures of entropy guidance."""
