"""Noise and accuracy of a chain of layers, by depth, width, heads and clean-up."""
