"""The moving figures of the traps."""
