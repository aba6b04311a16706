"""The tasks of σReparam, one file each."""
