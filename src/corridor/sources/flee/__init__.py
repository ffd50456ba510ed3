"""Instances of Flee, the agent-based model of the field: read whole, each of their quirks accounted for."""

from corridor.sources.flee.folder import write_imported
from corridor.sources.flee.instance import Imported, parsed_preset, read_flee

__all__ = ["Imported", "parsed_preset", "read_flee", "write_imported"]
