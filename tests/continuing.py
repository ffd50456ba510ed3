"""Members run on from a state through the kernel, one by one: truths and conservation are tested with it."""

import numpy as np

from corridor.engine.run.members import (
    Members,
    check_conservation,
    copy_of,
    day_effects_of,
    day_effects_size,
    empty_record,
    rows_of,
    sim_state_of,
)
from corridor.engine.run.simulate import run_days
from corridor.streams import stream, streams


def continue_members(compiled, rates, state, *, days, seed, flows=None):
    """Run members on from a state, over some days; return the record of those days and the end.

    Unexplained flows, (member, day, place) in log units of the people present, are those of all days of the calendar.
    """
    first, last = days
    members = state.people.shape[0]
    record = empty_record(compiled, members, last - first + 1)
    end = copy_of(state)
    for m in range(members):
        rows = slice(m, m + 1)
        places = len(compiled.scenario.places)
        chance, normal = streams(places, seed, "forecast", m), stream(seed, "forecast/weather", m)
        numbers = normal.standard_normal((1, last - first + 1, day_effects_size(compiled)))
        effects = day_effects_of(compiled, numbers)
        if flows is not None:
            own = np.ascontiguousarray(flows[rows, first : last + 1])
            effects = effects._replace(relative_flow=own, people_flow=np.zeros(own.shape, dtype=np.int64))
        block = Members(rows_of(rates, rows), rows_of(end, rows), rows_of(record, rows), effects)
        run_days(sim_state_of(compiled.program, block, chance), first, last)
    check_conservation(end)
    return record, end
