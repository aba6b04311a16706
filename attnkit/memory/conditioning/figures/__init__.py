"""The moving figures of conditioning."""
