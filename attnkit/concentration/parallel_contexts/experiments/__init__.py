"""The experiment on joined pieces: one real encoder reads a query after them."""
