"""Members in blocks, sent as bytes and put together, are the members of one process: bytes, order and names."""

import pickle

from corridor.cluster import blocks_of, threads_of
from corridor.engine.run.simulate import simulate
from tests.builders import siege_chain


class Elsewhere:
    """Workers that are reached by bytes alone, as those of a cluster are."""

    threads = 3

    def blocks(self, members):
        return blocks_of(members, 1)

    def spread(self, task, shared, items):
        sent = pickle.dumps(shared)
        for item in items:
            made = task(pickle.loads(sent), pickle.loads(pickle.dumps(item)))  # noqa: S301 - packed a line before
            yield pickle.loads(pickle.dumps(made))  # noqa: S301


def test_members_simulated_in_blocks_are_those_simulated_together_to_the_bytes_of_a_file(tmp_path):
    stated, ticks = siege_chain(days=8), []
    one = simulate(stated, members=25, seed=4)
    other = simulate(stated, members=25, seed=4, workers=Elsewhere(), progress=lambda *tick: ticks.append(tick))
    assert one.data.identical(other.data)
    one.save(tmp_path / "one.nc")
    other.save(tmp_path / "other.nc")
    assert (tmp_path / "one.nc").read_bytes() == (tmp_path / "other.nc").read_bytes()
    assert ticks == [(10, 25), (20, 25), (25, 25)]


def test_blocks_hold_each_member_once_and_are_few_for_few_threads():
    assert [m for block in blocks_of(1_234, 7) for m in block] == list(range(1_234))
    assert len(blocks_of(10_000, 500)) == 1_000
    assert len(blocks_of(10_000, 2)) == 8


def test_what_is_not_spread_has_the_threads_of_this_process():
    assert threads_of(Elsewhere()) == 3
    assert threads_of(2) == 2
