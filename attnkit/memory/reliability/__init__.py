"""How errors grow along a chain of layers, and what heads and clean-up do about it."""
