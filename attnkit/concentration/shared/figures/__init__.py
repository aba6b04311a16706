"""The figures of the room's story."""
