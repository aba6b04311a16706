"""The tasks of forgetting, one file each."""
