"""A scale learned on short rows and read on long ones; and scales put into a trained encoder."""
