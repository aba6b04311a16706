"""What is left of a pair as newer ones are written over it."""
