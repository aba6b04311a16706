"""Figures of this mechanism."""
