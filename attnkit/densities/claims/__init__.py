"""What the chapters of this room claim, measured."""
