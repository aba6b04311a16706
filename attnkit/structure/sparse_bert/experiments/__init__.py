"""One distance left out after another: of small models that are trained so, and of a real one."""
