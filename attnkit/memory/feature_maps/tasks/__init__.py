"""The tasks of feature maps, one file each."""
