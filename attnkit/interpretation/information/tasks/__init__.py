"""The exercises of this mechanism."""
