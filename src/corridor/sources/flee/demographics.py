"""From demographics_….csv to groups by age; what else people are is told and not used, as no rule needs it."""

from __future__ import annotations

from corridor.errors import Where
from corridor.scenario.scenario import Group
from corridor.sources.flee.account import Kind
from corridor.sources.flee.files import Instance

_PREFIX, _SUFFIX = "demographics_", ".csv"
AGE = f"{_PREFIX}age{_SUFFIX}"
# Id of the group, and the age at which the next begins.
_BANDS: tuple[tuple[str, float], ...] = (
    ("under_five", 5),
    ("age_5_to_17", 18),
    ("age_18_to_59", 60),
    ("age_60_and_over", float("inf")),
)


def read_groups(instance: Instance) -> tuple[Group, ...]:
    """Return the groups by age of an instance; none where it does not tell ages apart.

    Parameters
    ----------
    instance
        Where the demographics lie, if there are any.
    """
    folder = instance.folder / instance.file("")
    files = sorted(path.name for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"))
    for name in files:
        if name != AGE:
            attribute = name[len(_PREFIX) : -len(_SUFFIX)]
            rows = instance.all_rows(instance.file(name))
            values = ", ".join(f"{row.cell(0)} {row.cell(1)}" for row in rows[1:])
            text = f"{attribute} ({values}) is noted here alone: no rule of movement uses it."
            instance.ledger.note(Kind.REPAIRED, text, Where(instance.file(name)))
    return _ages(instance) if AGE in files else ()


def _ages(instance: Instance) -> tuple[Group, ...]:
    file, ledger = instance.file(AGE), instance.ledger
    header = instance.all_rows(file)[:1]
    columns = [cell.strip() for cell in header[0].cells] if header else []
    if "Default" not in columns:
        fix = "Begin the file with age,Default."
        ledger.problem("I003", "there is no column Default.", fix, Where(file, 1))
        return ()
    index = columns.index("Default")
    others = [name for name in columns[1:] if name not in {"", "Default"}]
    if others:
        text = f"columns of single places are left out: {', '.join(others)}; groups are the same everywhere."
        ledger.note(Kind.REPAIRED, text, Where(file, 1))
    weights = dict.fromkeys((name for name, _ in _BANDS), 0.0)
    for row in instance.data_rows(file, 2, header=True):
        age, weight = instance.number(row, 0, "age"), instance.number(row, index, "Default")
        if age is None or weight is None:
            continue
        if age < 0 or weight < 0:
            ledger.problem("I004", "an age or a weight is below 0.", "Write 0 or more.", row.at())
            continue
        weights[next(name for name, end in _BANDS if age < end)] += weight
    total = sum(weights.values())
    if total <= 0:
        ledger.problem("I004", "the weights of all ages are 0.", "Give some age a weight.", Where(file))
        return ()
    groups = tuple(
        Group(group=name, share=weight / total, is_under_five=name == "under_five")
        for name, weight in weights.items()
        if weight > 0
    )
    words = ", ".join(f"{group.group} {group.share:.1%}" for group in groups)
    ledger.note(Kind.TRANSLATED, f"{file}: ages become groups, {words}.")
    return groups
