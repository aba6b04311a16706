"""The exercises of this room: one idea of its chapters each."""
