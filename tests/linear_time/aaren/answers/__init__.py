"""Answers to the tasks on Aaren, on passes and on shards."""
