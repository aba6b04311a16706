"""Right and wrong answers to this mechanism's tasks."""
