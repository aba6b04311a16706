"""The moving figures of the capacities."""
