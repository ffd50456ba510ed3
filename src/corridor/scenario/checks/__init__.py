"""Rules that hold across tables."""
