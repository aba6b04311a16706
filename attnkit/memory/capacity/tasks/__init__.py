"""The tasks of the capacities, one file each."""
