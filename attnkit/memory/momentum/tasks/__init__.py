"""The tasks of the momentum rule, one file each."""
