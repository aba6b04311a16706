"""Answers to the task on Performer."""
