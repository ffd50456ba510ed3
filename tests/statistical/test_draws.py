"""Draws of whole people have the laws that their names promise."""

import numpy as np
import pytest
from numba import njit
from scipy import stats
from scipy.special import gammaln

from corridor.engine.kernel import draws
from corridor.engine.kernel.linking import KernelCompiler
from corridor.streams import streams

pytestmark = pytest.mark.statistical


def compiled(step):
    """Return a step of the kernel, compiled as Python calls it: with a wrapper, and linked with the steps it calls."""
    return njit(pipeline_class=KernelCompiler)(getattr(step, "py_func", step))


binomial, by_counting, by_digits, hypergeometric = map(
    compiled, (draws.binomial, draws.by_counting, draws.by_digits, draws.hypergeometric)
)
by_inversion, by_rejection = map(compiled, (draws.by_inversion, draws.by_rejection))
log_beside_mode, log_choose, log_gamma = map(compiled, (draws.log_beside_mode, draws.log_choose, draws.log_gamma))
poisson, some_of, take_at_random, whole = map(
    compiled, (draws.poisson, draws.some_of, draws.take_at_random, draws.whole)
)
standard_gamma, standard_normal, uniform = map(compiled, (draws.standard_gamma, draws.standard_normal, draws.uniform))

DRAWS = 20_000


def places_stream(*path):
    """Return the stream of a place for one process."""
    return streams(1, *path).gates


FALSE_ALARM = 1e-6


def fits(seen, law, cells=25):
    """Say whether draws of whole numbers fit a law, by chi-squared over cells of at least ten (false alarm 1e-6)."""
    edges = np.unique(law.ppf(np.linspace(0, 1, cells + 1)[1:-1]))
    expected = np.diff(np.concatenate(([0.0], law.cdf(edges), [1.0]))) * seen.size
    counted = np.histogram(seen - 0.5, np.concatenate(([-np.inf], edges, [np.inf])))[0]
    while expected.min() < 10:
        thin = int(expected.argmin())
        other = thin - 1 if thin else 1
        expected[other] += expected[thin]
        counted[other] += counted[thin]
        expected, counted = np.delete(expected, thin), np.delete(counted, thin)
    return expected.size == 1 or stats.chisquare(counted, expected).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    ("inside", "outside", "taken"),
    [
        (1, 1, 1),
        (5, 7, 4),
        (12, 3, 9),
        (40, 60, 30),
        (3, 5_000, 200),
        (700, 300, 950),
        (1_000_000, 1_000_000, 1_000_000),
        (1_000_000, 50, 500_000),
        (999_999, 2_000_001, 1_234),
        (400_000_000, 600_000_000, 300_000_000),
    ],
)
def test_the_number_taken_from_inside_is_hypergeometric(inside, outside, taken):
    rng = places_stream(1, "test", inside, taken)
    seen = np.array([hypergeometric(rng, 0, inside, outside, taken) for _ in range(DRAWS)])
    law = stats.hypergeom(inside + outside, inside, taken)
    assert seen.min() >= max(0, taken - outside)
    assert seen.max() <= min(taken, inside)
    everybody = inside + outside
    mean = taken * inside / everybody
    sd = np.sqrt(mean * outside / everybody * (everybody - taken) / (everybody - 1))
    assert abs(seen.mean() - mean) < 5 * sd / np.sqrt(DRAWS)
    if everybody < 10_000_000:
        assert fits(seen, law)
    else:
        assert stats.kstest((seen - mean) / sd, "norm").pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    ("inside", "outside", "taken", "expected"), [(0, 9, 5, 0), (9, 0, 5, 5), (4, 6, 0, 0), (4, 6, 10, 4), (0, 0, 0, 0)]
)
def test_where_there_is_no_choice_there_is_no_chance(inside, outside, taken, expected):
    rng = places_stream(2, "test")
    assert hypergeometric(rng, 0, inside, outside, taken) == expected
    assert (rng == places_stream(2, "test")).all()


@pytest.mark.parametrize("amount", [0, 1, 17, 99, 100])
def test_those_kept_at_random_are_exactly_as_many_as_asked_for(amount):
    rng = places_stream(3, "test", amount)
    for _ in range(200):
        cells = np.array([50, 0, 30, 20])
        take_at_random(rng, 0, cells, amount)
        assert cells.sum() == amount
        assert (cells >= 0).all()
        assert (cells <= [50, 0, 30, 20]).all()


def test_nobody_is_dropped_where_there_is_room_for_all():
    cells = np.array([5, 0, 7])
    take_at_random(places_stream(4, "test"), 0, cells, 13)
    assert cells.tolist() == [5, 0, 7]


def test_those_kept_at_random_have_the_law_of_drawing_without_return():
    rng = places_stream(5, "test")
    found = np.empty((DRAWS, 3), dtype=np.int64)
    for i in range(DRAWS):
        cells = np.array([60, 25, 15])
        take_at_random(rng, 0, cells, 40)
        found[i] = cells
    for column, size in enumerate((60, 25, 15)):
        assert fits(found[:, column], stats.hypergeom(100, size, 40))
    expected = -40 * 0.6 * 0.15 * 60 / 99
    spread = np.sqrt(np.prod(found[:, [0, 2]].var(axis=0)) * 2 / DRAWS)
    assert abs(np.cov(found[:, 0], found[:, 2])[0, 1] - expected) < 5 * spread


@pytest.mark.parametrize("amount", [0.0, 0.25, 1.0, 3.9, 123_456.5])
def test_a_whole_number_is_a_neighbour_of_its_amount_and_equals_it_on_average(amount):
    rng = places_stream(6, "test")
    seen = np.array([whole(rng, 0, amount) for _ in range(DRAWS)])
    part = amount - np.floor(amount)
    assert set(np.unique(seen)) <= {int(np.floor(amount)), int(np.ceil(amount))}
    assert abs(seen.mean() - amount) <= 5 * np.sqrt(part * (1 - part) / DRAWS)


@pytest.mark.parametrize(("people", "chance"), [(30, 0.1), (1_000, 0.5), (1_000_000, 0.003), (100, 0.99)])
def test_those_who_do_a_thing_are_binomial(people, chance):
    rng = places_stream(7, "test", people)
    seen = np.array([some_of(rng, 0, people, chance) for _ in range(DRAWS)])
    assert fits(seen, stats.binom(people, chance))


@pytest.mark.parametrize("chance", [1e-5, 0.02, 0.3, 0.5, 0.7, 0.995])
@pytest.mark.parametrize("people", [1, 2, 6, 7, 12, 32, 33, 50, 63, 64, 65, 84, 400, 5_001, 10_000_000])
def test_binomial_numbers_have_their_law_whichever_way_they_are_drawn(people, chance):
    rng = places_stream(9, "test", people, int(1e5 * chance))
    seen = np.array([binomial(rng, 0, people, chance) for _ in range(DRAWS)])
    assert seen.min() >= 0
    assert seen.max() <= people
    assert fits(seen, stats.binom(people, chance))


@pytest.mark.parametrize("draw", [by_counting, by_inversion, by_rejection])
def test_each_way_to_draw_binomial_numbers_has_their_law_where_all_can_be_used(draw):
    rng = places_stream(10, "test")
    for people, chance in ((40, 0.45), (60, 0.3), (300, 0.06)):
        seen = np.array([draw(rng, 0, people, chance) for _ in range(DRAWS)])
        assert fits(seen, stats.binom(people, chance), cells=60)


@pytest.mark.parametrize("chance", [0.0, 2.0**-53, 1e-4, 0.25, 1 / 3, 0.499])
@pytest.mark.parametrize("people", [1, 2, 31, 63, 64])
def test_binomial_numbers_that_are_drawn_by_digits_have_their_law(people, chance):
    rng = places_stream(11, "test", people)
    seen = np.array([by_digits(rng, 0, people, chance) for _ in range(DRAWS)])
    assert seen.max() <= people
    assert seen.any() == (chance > 1e-9)
    assert chance < 1e-9 or fits(seen, stats.binom(people, chance), cells=60)


@pytest.mark.parametrize(("people", "chance"), [(20, 0.5), (60, 0.45), (1_000, 0.03), (50_000_000, 0.25)])
def test_a_binomial_chance_beside_that_of_the_mode_is_right_to_eight_digits(people, chance):
    law = stats.binom(people, chance)
    mode = int(np.floor((people + 1) * chance))
    far = int(3 * law.std())
    for found in {0, 1, 5, mode - far, mode, mode + far} if people < 1e6 else {mode - far, mode, mode + far}:
        expected = law.logpmf(found) - law.logpmf(mode)
        assert log_beside_mode(people, chance, found) == pytest.approx(expected, rel=1e-8, abs=1e-6)


@pytest.mark.parametrize(
    ("people", "chance", "expected"), [(0, 0.5, 0), (9, 0.0, 0), (9, -1e-12, 0), (9, 1.0, 9), (9, 1.5, 9)]
)
def test_certainty_asks_for_no_random_number(people, chance, expected):
    rng = places_stream(8, "test")
    assert some_of(rng, 0, people, chance) == expected
    assert (rng == places_stream(8, "test")).all()


@pytest.mark.parametrize("x", [1.0, 1.5, 2.0, 7.99, 8.0, 100.0, 1e6, 1e9])
def test_the_logarithm_of_the_gamma_function_is_right_to_ten_digits(x):
    assert abs(log_gamma(x) - gammaln(x)) <= 1e-10 * max(1.0, abs(gammaln(x)))


def test_the_logarithm_of_a_binomial_coefficient_is_that_of_the_coefficient():
    assert np.exp(log_choose(10, 3)) == pytest.approx(120, rel=1e-10)
    assert log_choose(5, 0) == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize("mean", [0.3, 5, 10.5, 40, 500])
def test_poisson_numbers_are_poisson(mean):
    rng = places_stream(1, "test/poisson", int(10 * mean))
    seen = np.array([poisson(rng, 0, float(mean)) for _ in range(DRAWS)])
    assert fits(seen, stats.poisson(mean))


def test_a_poisson_number_of_mean_nought_is_nought():
    assert poisson(places_stream(1, "test/poisson", 0), 0, 0.0) == 0


def test_uniform_numbers_are_even_and_neither_days_nor_places_are_correlated():
    # False alarm: 1e-6 for each of two streams, 6e-7 for each of three correlations.
    rng = streams(2, 1, "test").gates
    one, other = (np.array([uniform(rng, p) for _ in range(100_000)]) for p in range(2))
    assert one.min() >= 0.0
    assert one.max() < 1.0
    for numbers in (one, other):
        assert stats.kstest(numbers, "uniform").pvalue > FALSE_ALARM
    for first, second in ((one, other), (one[1:], one[:-1]), (other[1:], other[:-1])):
        assert abs(np.corrcoef(first, second)[0, 1]) < 5 / np.sqrt(first.size)


def test_numbers_are_those_of_splitmix64():
    # the first output of the published generator from the state 1234567
    rng = np.array([1234567], dtype=np.uint64)
    assert uniform(rng, 0) == (6457827717110365317 >> 11) * 2.0**-53


def test_normal_numbers_are_normal():
    rng = places_stream(3, "test")
    assert stats.kstest([standard_normal(rng, 0) for _ in range(100_000)], "norm").pvalue > FALSE_ALARM


@pytest.mark.parametrize("shape", [0.05, 0.5, 1.0, 2.5, 40.0, 3_000.0])
def test_gamma_numbers_have_their_shape(shape):
    rng = places_stream(4, "test", int(100 * shape))
    seen = [standard_gamma(rng, 0, shape) for _ in range(50_000)]
    assert stats.kstest(seen, stats.gamma(shape).cdf).pvalue > FALSE_ALARM
