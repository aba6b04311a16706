"""A chapter as slides: a folder that opens from a disk, its figures alive."""
