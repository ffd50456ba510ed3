"""Charts and maps; each function returns a figure."""
