r"""Makes src/corridor/forecasters/learned.json from all crises for development.

    .venv/bin/python -m verification.learning --data ../shared/data

What is learnt, and how: :mod:`corridor.benchmark.learning` and :mod:`corridor.benchmark.calibration`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from corridor.benchmark.calibration import NO_FAMILY, learnt_for
from corridor.benchmark.crises import read_crises
from corridor.benchmark.protocol import read_benchmark
from corridor.forecasters.learned import FILE

HERE = Path(__file__).resolve().parents[1] / "src" / "corridor" / "forecasters" / FILE


def main() -> None:
    """Learn from all crises, and write the file that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    crises = read_crises(options.data)
    learned = learnt_for([NO_FAMILY], crises, read_benchmark(options.data), lambda name: print(f"{name} was forecast."))
    HERE.write_text(learned[NO_FAMILY].to_json(), encoding="utf-8")
    print(f"{HERE.name} was learnt from {len(crises)} crises: {', '.join(crises)}.")


if __name__ == "__main__":
    main()
