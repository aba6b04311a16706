"""The tasks of the delta rule, one file each."""
