"""How far explanations agree: of a small reader, and of a trained encoder."""
