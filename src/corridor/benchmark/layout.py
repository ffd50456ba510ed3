"""The public instances of the benchmark, laid out from a checkout of FabFlee.

Each instance is a folder `config_files/NAME`, or one below `config_files/*/`, with input_csv/ and source_data/; it is
copied to `DATA/flee/NAME` as published, faults included.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from corridor.benchmark.crises import FAMILIES
from corridor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("input_csv", "source_data")


def lay_out(fabflee: Path, data: Path) -> list[str]:
    """Copy the instances, and return the names of those that are missing.

    Parameters
    ----------
    fabflee
        A checkout of FabFlee.
    data
        The folder of the benchmark.

    Raises
    ------
    UsageError
        The checkout has none of them.
    """
    sources = {name: _folder_of(fabflee, name) for name in FAMILIES}
    missing = [name for name, source in sources.items() if source is None]
    if len(missing) == len(FAMILIES):
        message = (
            f"{fabflee} has none of the instances: config_files/burundi/input_csv and so on are looked for. Give the "
            "folder that 'git clone' of FabFlee has made."
        )
        raise UsageError(message)
    for name, source in sources.items():
        if source is not None:
            for part in PARTS:
                shutil.copytree(source / part, data / "flee" / name / part, dirs_exist_ok=True)
    return missing


def _folder_of(fabflee: Path, name: str) -> Path | None:
    """Return where an instance lies in a checkout, if anywhere."""
    places = [fabflee / "config_files" / name, *sorted(fabflee.glob(f"config_files/*/{name}"))]
    return next((place for place in places if all((place / part).is_dir() for part in PARTS)), None)
