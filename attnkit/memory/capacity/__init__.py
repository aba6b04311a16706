"""How many pairs a memory holds, by four definitions."""
