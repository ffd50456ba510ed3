"""Fits that are kept, so that only the future has to be run again when a lever moves."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from corridor.errors import UsageError
from corridor.forecasting.forecast import Forecast, forecast, supposing
from corridor.inference.calibrate import calibrate
from corridor.inference.reprojection import Reprojection
from corridor.message import message
from corridor.runs.progress import forecasting, learning
from corridor.scenario.levers import with_levers
from corridor.scenario.observations import Observations
from corridor.serve.answers import MEASURES
from corridor.serve.needed import needs_ahead
from corridor.serve.people import People, people_ahead, people_of
from corridor.serve.sliders import sliders

if TYPE_CHECKING:
    import xarray as xr

    from corridor.inference.posterior import Posterior
    from corridor.scenario.scenario import Scenario
    from corridor.serve.jobs import Job
    from corridor.serve.requests import Fit, Report, WhatIf

MOST_FITS = 6
"""Fits that are kept; the one that was not used for longest goes first. One of the bundled case takes 70 MB."""

MOST_READY = 2
"""Fits of those whose histories stay ready to be run on, which takes 40 MB for each thread; the others start anew."""


class NotFittedError(UsageError):
    """A what-if whose fit is not at hand."""


@dataclass(frozen=True)
class Fitted:
    """What has been learnt, and the forecast of the scenario as it stands.

    Attributes
    ----------
    scenario, observations
        What was learnt from.
    posterior
        What was learnt.
    base
        The forecast, of so many members as the page shows at rest.
    seed
        Decides all chance, the same in the base and under levers.
    """

    scenario: Scenario
    observations: Observations
    posterior: Posterior
    base: Forecast
    seed: int
    _ready: deque[Reprojection] = field(default_factory=deque, repr=False, compare=False)

    @cached_property
    def people(self) -> People:
        """Return the people of the base; its histories are run once more for who sets out on which route."""
        if not self.posterior.has_mechanism:
            return people_of(self.base.samples, MEASURES)
        with self.projection() as projection:
            return people_ahead(projection.under(self.scenario), projection)

    @cached_property
    def needs(self) -> dict[str, xr.DataArray]:
        """Return the needs of the base."""
        return needs_ahead(replace(self.base, samples=self.people.samples()), self.scenario)

    def let_go(self) -> None:
        """Let go of the histories that stay ready."""
        self._ready.clear()

    @contextmanager
    def projection(self) -> Iterator[Reprojection]:
        """Lend the histories of the base, ready to be run on, to one thread; as many are made as threads want any."""
        try:
            lent = self._ready.pop()
        except IndexError:
            histories = self.base.histories
            assert histories is not None, "every forecast that `forecast` returns has them"
            lent = Reprojection(self.posterior, histories, horizon_days=self.base.horizon_days, seed=self.seed)
        yield lent
        self._ready.append(lent)  # one whose run was broken off is not lent again


def fit(
    request: Fit, scenario: Scenario, observations: Observations, job: Job, *, members: int, workers: int
) -> Fitted:
    """Learn from the reports by a day, and forecast what the scenario states, with so many members."""
    known = with_reports(observations, request.reports)
    with job.steps(learning(len(known.known_by(request.known_by).to_fit()))) as tick:
        posterior = calibrate(
            scenario, known, as_of=request.known_by, draws=members, seed=request.seed, workers=workers, progress=tick
        )
    with job.steps(forecasting(request.days)) as tick:
        days, seed = request.days, request.seed
        base = forecast(
            scenario,
            posterior,
            known,
            horizon_days=days,
            members=members,
            seed=seed,
            workers=workers,
            progress=tick,
        )
    fitted = Fitted(scenario, known, posterior, base, request.seed)
    assert fitted.people.days, "worked out now, so that the first drag does not wait for it"
    give_back_memory()
    return fitted


def with_reports(observations: Observations, reports: Iterable[Report]) -> Observations:
    """Return reports with those that just came in; a figure that is there already does not count twice."""
    figures = {(row.date, row.place, row.measure, row.count, row.qualifier, row.source) for row in observations}
    fresh = [
        row.observation()
        for row in dict.fromkeys(reports)
        if (row.date, row.place, row.measure, row.count, row.qualifier, row.source) not in figures
    ]
    return Observations((*observations.rows, *fresh))


def give_back_memory() -> None:
    """Give what is no longer in use back to the machine, where the C library can: 200 MB after a fit."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def what_if(fitted: Fitted, request: WhatIf, workers: int) -> Forecast:
    """Return the forecast under an alternative and levers: the same members, the same chance, another future."""
    if is_base(request):
        return replace(fitted.base, samples=fitted.base.samples.isel(member=slice(request.members)))
    scenario = supposed(fitted.scenario, request)
    return supposing(
        fitted.base, scenario, fitted.posterior, members=request.members, seed=fitted.seed, workers=workers
    )


def people_if(fitted: Fitted, request: WhatIf, scenario: Scenario, workers: int) -> People:
    """Return the people of the same forecast, for what is supposed, in a fraction of the time."""
    if is_base(request) or not fitted.posterior.has_mechanism:
        return fitted.people.first(request.members)
    with fitted.projection() as projection:
        return people_ahead(projection.under(scenario, members=request.members, workers=workers), projection)


def is_base(request: WhatIf) -> bool:
    """Whether nothing is supposed."""
    return request.alternative is None and not request.levers


def supposed(scenario: Scenario, request: WhatIf) -> Scenario:
    """Return what is supposed: the scenario, under an alternative, under levers.

    Raises
    ------
    UsageError
        The scenario has no such alternative or lever, or a lever changes what is past.
    """
    offered = {(row.kind, row.subject) for row in sliders(scenario, request.known_by)}
    for lever in request.levers:
        if (lever.kind, lever.subject) not in offered:
            raise UsageError(
                message(
                    "There is no lever {lever} in {scenario} on this day.",
                    lever=" ".join((lever.kind.value, lever.subject or "")),
                    scenario=scenario.name,
                )
            )
        if lever.start <= request.known_by:
            raise UsageError(
                message(
                    "A lever changes the days after {origin}, and this one begins on {day}.",
                    origin=request.known_by,
                    day=lever.start,
                )
            )
    under = scenario if request.alternative is None else scenario.with_alternative(request.alternative)
    return with_levers(under, request.levers)


class Fits:
    """The fits of late, by what they were made from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fits: OrderedDict[str, Fitted] = OrderedDict()

    def keep(self, key: str, fitted: Fitted) -> None:
        """Keep a fit; the one that was not used for longest goes."""
        with self._lock:
            self._fits[key] = fitted
            while len(self._fits) > MOST_FITS:
                self._fits.popitem(last=False)

    def has(self, key: str) -> bool:
        """Whether a fit is at hand."""
        with self._lock:
            return key in self._fits

    def find(self, key: str) -> Fitted:
        """Return a fit.

        Raises
        ------
        NotFittedError
            It is not at hand, or no longer.
        """
        with self._lock:
            if key not in self._fits:
                raise NotFittedError(
                    message("Nothing has been learnt for this scenario, day and reports yet: calibrate first.")
                )
            self._fits.move_to_end(key)
            for other in list(self._fits.values())[:-MOST_READY]:
                other.let_go()
            return self._fits[key]
