"""The network: paths, travel rules, the positions of a day, and the events in force."""
