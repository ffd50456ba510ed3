"""What the user wrote: frozen rows, no arrays, no randomness."""
