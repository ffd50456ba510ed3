"""What Corridor costs, beside Flee and by itself; run by `make bench`."""
