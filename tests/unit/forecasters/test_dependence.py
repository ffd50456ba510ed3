"""How errors go together at the places of a crisis: learnt from its past and from others, and put into histories."""

from dataclasses import replace

import numpy as np
import pytest

from corridor.forecasters.dependence import (
    FEW_MONTHS,
    MANY_MONTHS,
    Months,
    across_crises,
    months_of,
    shared_errors,
    with_shared,
)
from corridor.forecasters.learned import shipped
from corridor.forecasters.replay import known_series, replayed
from corridor.inference.report_series import ReportSeries

DAYS = np.arange(0, 1800, 30)
LAST = int(DAYS[-1])


def reports(together: float, places: int = 6, seed: int = 7):
    """Return the reports of places whose monthly changes have a correlation."""
    random = np.random.default_rng(seed)
    common, own = random.standard_normal((DAYS.size, 1)), random.standard_normal((DAYS.size, places))
    change = np.sqrt(together) * common + np.sqrt(1 - together) * own
    people = 1000 * np.exp(0.1 * change.cumsum(axis=0))
    return {f"place {p}": ReportSeries(DAYS, people[:, p]) for p in range(places)}


def cases(together: float, seed: int = 7):
    """Return the past of six such places."""
    return replayed(list(known_series(reports(together, seed=seed), LAST).values()))


@pytest.mark.parametrize("together", [0.0, 0.3, 0.8])
def test_the_correlation_of_changes_is_found_in_sixty_months(together):
    """Seeded: six places over 60 months, within three standard errors of such a mean."""
    assert months_of(cases(together), shipped()).correlation == pytest.approx(together, abs=0.15)


def test_a_single_month_does_not_decide():
    """One month in which all places lose a thousand times what is usual."""
    apart = cases(0.0)
    struck = apart.day == DAYS[30]
    people = np.where(struck, 1.0, apart.people)
    assert months_of(apart._replace(people=people), shipped()).correlation < 0.25


def test_without_a_past_that_tells_other_crises_decide_and_with_much_of_it_the_crisis_itself():
    learned = replace(shipped(), shared=0.4, shared_months=4.0)
    assert shared_errors({}, LAST, learned) == pytest.approx(0.4)
    assert shared_errors(reports(0.0), int(DAYS[0]) - 1, learned) == pytest.approx(0.4), "nothing was known yet"
    assert shared_errors(reports(0.0, places=1), LAST, learned) == pytest.approx(0.4)
    assert shared_errors(reports(0.0), LAST, learned) < 0.15
    assert shared_errors(reports(0.8), LAST, learned) > 0.6


def test_reports_after_the_origin_change_nothing():
    learned, origin = shipped(), int(DAYS[30])
    before, after = reports(0.3), reports(0.3)
    for place in after.values():
        place.people[31:] *= 7.0
    assert shared_errors(before, origin, learned) == shared_errors(after, origin, learned)


def test_crises_that_agree_count_as_more_months_than_crises_that_do_not():
    """Seeded: twelve crises of 30 months, alike but for chance, or of two kinds."""
    alike = [months_of(cases(0.3, seed=n), shipped()) for n in range(12)]
    two_kinds = [months_of(cases(0.9 * (n % 2), seed=n), shipped()) for n in range(12)]
    (mean, many), (_, few) = across_crises(alike), across_crises(two_kinds)
    assert mean == pytest.approx(0.3, abs=0.1)
    assert FEW_MONTHS <= few < many <= MANY_MONTHS
    assert across_crises([Months(np.zeros(0), np.zeros(0))]) == (0.0, FEW_MONTHS)


@pytest.mark.parametrize(("present", "shared"), [(0.0, 0.25), (0.1, 0.5), (-0.1, 0.2), (0.6, 0.2)])
def test_histories_get_the_correlation_asked_for_and_lose_none(present, shared):
    """Seeded: 200,000 histories of five places."""
    matrix = np.full((5, 5), present) + (1 - present) * np.eye(5)
    scores = np.random.default_rng(1).multivariate_normal(np.zeros(5), matrix, 200_000)
    changed = with_shared(scores, shared)
    pairs = np.corrcoef(changed.T)[np.triu_indices(5, 1)]
    assert pairs.mean() == pytest.approx(max(present, shared), abs=0.01)
    own = [np.corrcoef(scores[:, p], changed[:, p])[0, 1] for p in range(5)]
    assert min(own) > 0.9


def test_one_place_has_nobody_to_go_together_with():
    scores = np.random.default_rng(1).standard_normal((100, 1))
    assert (with_shared(scores, 0.5) == scores).all()
