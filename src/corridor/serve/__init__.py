"""The page: the verbs of Corridor over HTTP on this machine, and a front end that calls them."""
