"""One day as verbs: plain loops that numba compiles and that also run as Python.

Two options of the decorator need a reason. ``_nrt=False``: a step allocates nothing, so numba need
not count who holds each table; without that the steps run three times faster. ``inline="always"``
on steps that are called from one place: numba compiles them as part of their caller, and all of
them in half a minute instead of two.
"""
