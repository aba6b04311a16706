"""The moving figures of this mechanism."""
