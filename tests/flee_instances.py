"""Small instances of Flee, written by the tests themselves: two towns, a hub and two camps across a border."""

from pathlib import Path

from corridor.sources.flee import read_flee

DAYS = 10
START = "2031-01-01"
LOCATIONS = """#name,region,country,latitude,longitude,location_type,conflict_date,pop/cap
Alpha,North,Ardenia,1.0,2.0,conflict_zone,0,1000
Beta,North,Ardenia,1.1,2.1,town,,200
Hub,South,Uganda,1.2,2.2,forwarding_hub,,
Kappa,South,Uganda,1.3,2.3,camp,,500
Lambda,South,Uganda,1.4,2.4,camp,,0
"""
ROUTES = """#name1,name2,distance,forced_redirection
Alpha,Beta,50,0
Beta,Hub,30,0
Hub,Kappa,100,
Hub,Lambda,120,
"""
SETTINGS = """log_levels:
  agent: 1
spawn_rules:
  take_from_population: False
  insert_day0: True
move_rules:
  max_move_speed: 200.0
  awareness_level: 1
"""
FILES = {
    "input_csv/locations.csv": LOCATIONS,
    "input_csv/routes.csv": ROUTES,
    "input_csv/closures.csv": "#closure_type,name1,name2,closure_start,closure_end\n",
    "input_csv/sim_period.csv": f"StartDate,{START}\nLength,{DAYS}\n",
    "source_data/data_layout.csv": "total,refugees.csv\nKappa,kappa.csv\nLambda,lambda.csv\n",
    "source_data/refugees.csv": "Date,count\n2031-01-01,40\n2031-01-09,200\n",
    "source_data/kappa.csv": "2030-12-30,20\n2031-01-03,60\n2031-01-20,90\n",
    "source_data/lambda.csv": "2031-01-02,0\n2031-01-09,110\n",
    "simsetting.yml": SETTINGS,
}


def conflicts(**values) -> str:
    """Return conflicts.csv: for each place its values, of which the last goes on."""
    rows = [[str(day), *(str(row[min(day, len(row) - 1)]) for row in values.values())] for day in range(DAYS)]
    rows.insert(0, ["#Day", *values])
    return "".join(f"{', '.join(row)}\n" for row in rows)


def write_instance(folder: Path, changes=None, name="tiny") -> Path:
    """Write an instance, with other texts for some files; None leaves a file out, bytes stand as they are."""
    texts = {**FILES, "input_csv/conflicts.csv": conflicts(Alpha=[1], Beta=[0]), **(changes or {})}
    for file, text in texts.items():
        if text is not None:
            path = folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


def imported(folder: Path, changes=None, **options):
    """Return what an instance with some changes becomes."""
    return read_flee(write_instance(folder, changes), **options)


def mended(result) -> list[str]:
    """Return the lines of the account that say what was mended, as people read them."""
    return [str(entry) for entry in result.account if entry.kind.value == "repaired"]
