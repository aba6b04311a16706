"""Answers to the tasks on rank collapse."""
