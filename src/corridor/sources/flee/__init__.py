"""Instances of Flee, the agent-based model of the field: read whole, each of their quirks accounted for."""

from corridor.sources.flee.folder import write_imported
from corridor.sources.flee.instance import Imported, read_flee

__all__ = ["Imported", "read_flee", "write_imported"]
