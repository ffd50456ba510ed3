"""One day as verbs: plain loops that are compiled and that also run as Python."""
