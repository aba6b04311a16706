"""The moving figures of stored digits."""
