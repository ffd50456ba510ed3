"""Simulates small scenarios and says the digest of all their arrays, as JSON."""

import json
import sys

from corridor.engine.run.simulate import simulate
from corridor.scenario.presets import Preset
from tests.builders import digest, network, siege_chain
from tests.networks import busy_network

MEMBERS, SEED = 2, 20


def digests():
    """Return the digests of the arrays of a siege, of a network over 30 days, and of one under each preset of Flee."""
    found = {"siege": siege_chain(days=30), "network": network(days=30)}
    found |= {preset.value: busy_network(preset) for preset in Preset if preset.is_flee}
    return {name: digest(simulate(stated, members=MEMBERS, seed=SEED)) for name, stated in found.items()}


if __name__ == "__main__":
    json.dump(digests(), sys.stdout)
