"""Answers to the tasks on Based."""
