r"""Lays out the public instances of the benchmark from a checkout of FabFlee.

    git clone https://github.com/djgroen/FabFlee
    .venv/bin/python -m verification.benchmark.layout --fabflee FabFlee --out data

Each instance is a folder `config_files/NAME` (or below `config_files/*/`) with input_csv/ and source_data/; it is
copied to `data/flee/NAME` as published, faults included. Instances that the checkout does not have are named.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from verification.crises import FAMILIES

PARTS = ("input_csv", "source_data")


def lay_out(fabflee: Path, out: Path) -> list[str]:
    """Copy the instances, and return the names of those that are missing."""
    missing = []
    for name in FAMILIES:
        places = [fabflee / "config_files" / name, *sorted(fabflee.glob(f"config_files/*/{name}"))]
        source = next((place for place in places if all((place / part).is_dir() for part in PARTS)), None)
        if source is None:
            missing.append(name)
            continue
        for part in PARTS:
            shutil.copytree(source / part, out / "flee" / name / part, dirs_exist_ok=True)
    return missing


def main() -> None:
    """Lay out, and say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fabflee", type=Path, required=True, help="a checkout of FabFlee")
    parser.add_argument("--out", type=Path, required=True, help="folder for the data")
    options = parser.parse_args()
    missing = lay_out(options.fabflee, options.out)
    print(f"{len(FAMILIES) - len(missing)} of {len(FAMILIES)} instances lie in {options.out / 'flee'}.")
    if missing:
        print(f"Not in this checkout: {', '.join(missing)}.", file=sys.stderr)


if __name__ == "__main__":
    main()
