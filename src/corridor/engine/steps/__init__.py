"""One day as verbs: plain loops that numba compiles and that also run as Python."""
