"""Simulates two small scenarios and says the digest of all their arrays, as JSON."""

import json
import sys

from corridor.engine.simulate import simulate
from tests.builders import digest, network, siege_chain

MEMBERS, SEED = 3, 20


def digests():
    """Return the digests of the arrays of a siege and of a network over 30 days."""
    found = {"siege": siege_chain(days=30), "network": network(days=30)}
    return {name: digest(simulate(stated, members=MEMBERS, seed=SEED)) for name, stated in found.items()}


if __name__ == "__main__":
    json.dump(digests(), sys.stdout)
