"""Reading and writing scenario folders: every problem with its file, line and column."""
