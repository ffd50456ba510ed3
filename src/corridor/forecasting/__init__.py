"""What will happen, and how well we said so."""
