"""The experiments of this room."""
