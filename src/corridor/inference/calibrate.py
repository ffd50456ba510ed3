"""Priors and reports to a posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.members import rows_of
from corridor.errors import UsageError
from corridor.inference.counts_only import posterior_of_counts
from corridor.inference.filtered_history import joined_past
from corridor.inference.group_merging import merged, split_by_group
from corridor.inference.observation_model import reporting_of
from corridor.inference.particle_filter import ParticleFilter
from corridor.inference.posterior import Posterior
from corridor.inference.present import Present, up_to_today
from corridor.streams import stream
from corridor.units import as_date, day_of

if TYPE_CHECKING:
    from datetime import date

    from corridor.engine.program import Ints
    from corridor.engine.run.simulate import Progress
    from corridor.inference.windows import Particles
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

PER_DRAW = 3
"""Particles for each draw of the posterior that is wanted."""


def calibrate(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    observations: Observations,
    *,
    as_of: date | str,
    draws: int = 1000,
    seed: int,
    workers: int = 1,
    progress: Progress = None,
) -> Posterior:
    """Learn parameters, hidden numbers and the present state from what was known on a day.

    Where nothing is stated that moves people, there is nothing to learn: the last count of each place stands.

    Parameters
    ----------
    scenario
        What the user wrote; what became known after ``as_of`` is cut from it here.
    observations
        Reports; those that became known after ``as_of`` are cut here.
    as_of
        Last day known.
    draws
        Equally likely draws to return; twice as many particles are run.
    seed
        Decides every random number.
    workers
        Threads; their number changes the time and nothing else.
    progress
        Called with (days done, days in all).

    Raises
    ------
    UsageError
        The day lies outside the calendar, or the scenario follows a Flee preset.
    """
    origin = as_date(as_of)
    last = day_of(origin, scenario.start)
    if scenario.preset.is_flee:
        message = (
            f"under the preset {scenario.preset.value} nothing is uncertain, so that there is nothing to learn. Write "
            'preset = "corridor" in scenario.toml, or import the instance with --preset corridor.'
        )
        raise UsageError(message)
    if not 0 <= last < scenario.n_days:
        message = f"{origin} lies outside the calendar, {scenario.start} to {scenario.end}."
        raise UsageError(message)
    if not scenario.has_mechanism:
        return posterior_of_counts(scenario, observations, origin, draws)
    known, reports = scenario.known_by(origin), observations.known_by(origin).to_fit()
    learnt = merged(known, reports)
    particle_filter = ParticleFilter(
        compile_scenario(learnt), reporting_of(scenario, reports), count=PER_DRAW * draws, seed=seed, workers=workers
    )
    particles = particle_filter.begin()
    particle_filter.run_to(particles, 0, last, progress)
    posterior = posterior_of(particle_filter, particles, origin, draws)
    return posterior if learnt is known else split_by_group(posterior, compile_scenario(known), seed)


def posterior_of(particle_filter: ParticleFilter, particles: Particles, as_of: date, draws: int) -> Posterior:
    """Return so many equally likely draws of what a filter has learnt by a day.

    Parameters
    ----------
    particle_filter, particles
        The filter and its particles at the end of the day.
    as_of
        The day.
    draws
        How many draws, at most as many as there are particles.
    """
    rows = draws_of(particle_filter, draws)
    random = stream(particle_filter.seed, "posterior", 1)
    mean, variance = rows_of(particles.bias, rows)
    bias = mean + np.sqrt(variance) * random.standard_normal(mean.shape)
    present = Present(
        rows_of(particles.state, rows),
        particles.history[rows],
        joined_past(particle_filter.past),
        rows_of(particles.drift, rows),
    )
    present, drift = up_to_today(particle_filter.compiled, particle_filter.reporting, present, as_of, random)
    return Posterior(
        compiled=particle_filter.compiled,
        as_of=as_of,
        uncertain=particle_filter.uncertain,
        normal=particles.normal[rows],
        bias=bias,
        reporting=particle_filter.reporting,
        drift=drift,
        end_state=present.state,
        arrived=particles.arrived[rows],
        died=particles.died[rows],
        history=present.history,
        fits=tuple(particle_filter.fits),
        past=present.past,
        effective_sample_size=particle_filter.effective_size,
        particles=particle_filter.count,
        conflicts=particle_filter.conflicts(as_of),
        notes=particle_filter.notes(as_of),
    )


def draws_of(particle_filter: ParticleFilter, draws: int) -> Ints:
    """Return which particles are the draws, in their order."""
    return stream(particle_filter.seed, "posterior").permutation(particle_filter.count)[:draws]
