"""Answers to the tasks on Hedgehog."""
