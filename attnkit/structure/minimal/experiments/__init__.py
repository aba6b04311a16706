"""Digits without one matrix after another; and how symmetric real heads are."""
