"""One person takes a path by today's shares, whether the paths are gone through or a table is set."""

import numpy as np
import pytest
from scipy import stats

from corridor.engine.kernel.choosing import choose_each, one_of, tabulate
from tests.builders import network, sim

SHARES = (
    (1.0,),
    (0.0, 1.0),
    (0.5, 0.5),
    (0.1, 0.2, 0.7),
    (0.0, 0.0, 0.4, 0.0, 0.6, 0.0),
    (1 / 3, 1 / 3, 1 / 3),
    (0.999999, 1e-6 / 3, 1e-6 / 3, 1e-6 / 3),
    tuple(np.random.default_rng(1).dirichlet(np.full(40, 0.3))),
)
FALSE_ALARM = 1e-6


def choosing(shares):
    """Return a state whose paths all begin at the first place, with these shares."""
    w = sim(network())
    count = len(shares)
    day = w.scratch
    return w._replace(scratch=day._replace(share=np.array(shares), path=np.resize(day.path, count).view(np.recarray)))


def are_by(shares, taken):
    """Say whether choices are by the shares, by chi-squared (false alarm 1e-6); nobody takes a path without one."""
    shares, taken = np.array(shares), np.array(taken)
    if taken[shares == 0.0].any():
        return False
    some = shares * taken.sum() > 5
    expected = shares[some] / shares[some].sum() * taken[some].sum()
    return some.sum() < 2 or stats.chisquare(taken[some], expected).pvalue > FALSE_ALARM


@pytest.mark.parametrize("shares", SHARES)
def test_a_table_gives_each_path_its_share(shares):
    w = choosing(shares)
    tabulate(w, 0, 0, len(shares))
    path, found = w.scratch.path, np.zeros(len(shares))
    for o in range(len(shares)):
        kept = min(path.keep[o], 1.0)
        found[o] += kept
        found[path.other[o]] += 1.0 - kept
    assert found / len(shares) == pytest.approx(shares, abs=1e-14)
    assert not found[np.array(shares) == 0.0].any()


@pytest.mark.parametrize("shares", SHARES)
def test_each_person_takes_a_path_by_its_share_with_a_table_and_without(shares):
    w = choosing(shares)
    last = len(shares)
    for before in (0, last + 1):
        taken = np.zeros(last, dtype=int)
        for _ in range(4_000):
            w.scratch.place.drawn[0] = before
            if before:
                tabulate(w, 0, 0, last)
            taken[one_of(w, 0, 0, last)] += 1
        assert are_by(shares, taken)


def test_a_table_is_set_once_as_many_people_have_chosen_as_there_are_paths():
    w = choosing(SHARES[3])
    w.scratch.place.drawn[0] = 0
    w.scratch.path.keep[:] = np.nan
    for _ in range(3):
        one_of(w, 0, 0, 3)
        assert np.isnan(w.scratch.path.keep).all()
    one_of(w, 0, 0, 3)
    assert not np.isnan(w.scratch.path.keep[:3]).any()


@pytest.mark.parametrize("people", [1, 2, 500])
def test_all_of_a_few_people_take_a_path(people):
    w = choosing(SHARES[4])
    w.scratch.place.drawn[0] = 0
    choose_each(w, 0, (0, 6), people)
    assert w.scratch.path.taken.sum() == people
    assert are_by(SHARES[4], w.scratch.path.taken)
