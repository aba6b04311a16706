"""Lists of numbers beyond the range of training; and how much of real heads is place alone."""
