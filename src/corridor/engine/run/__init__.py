"""Running members, and the ensemble that they make."""
