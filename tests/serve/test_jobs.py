"""Jobs run in turn, show how far they are, end when they are cancelled, and wait in bounded number."""

import threading

import pytest

from corridor.serve.jobs import MOST_WAITING, Jobs, QueueFullError, Status

SOON_S = 10


@pytest.fixture
def jobs():
    found = Jobs()
    yield found
    found.close()


@pytest.fixture
def gate(jobs):
    """Return a job that runs until a test lets it go on, and how to let it."""
    has_begun, may_end = threading.Event(), threading.Event()

    def work(job):
        has_begun.set()
        assert may_end.wait(SOON_S)
        with job.steps("Second step") as tick:
            tick(1, 2)
        return "result"

    job = jobs.add("gate", work)
    assert has_begun.wait(SOON_S)
    yield job, may_end
    may_end.set()


def until_over(jobs, job):
    done = threading.Event()
    jobs.add(f"after {job.job}", lambda _: done.set())
    assert done.wait(SOON_S)
    return job.status


def test_a_job_gives_its_result_and_how_far_it_was(jobs, gate):
    job, may_end = gate
    assert job.status is Status.RUNNING
    may_end.set()
    assert until_over(jobs, job) is Status.DONE
    assert (job.result, job.step, job.done, job.total) == ("result", "Second step", 1, 2)


def test_a_running_job_that_is_cancelled_ends_at_its_next_step(jobs, gate):
    job, may_end = gate
    jobs.cancel(job)
    may_end.set()
    assert until_over(jobs, job) is Status.CANCELLED
    assert job.result is None


def test_a_waiting_job_that_is_cancelled_never_begins(jobs, gate):
    _, may_end = gate
    begun = []
    waiting = jobs.add("waiting", begun.append)
    jobs.cancel(waiting)
    may_end.set()
    assert until_over(jobs, waiting) is Status.CANCELLED
    assert begun == []


def test_so_many_jobs_wait_and_no_more(jobs, gate):
    assert gate
    for number in range(MOST_WAITING):
        assert jobs.ahead_of(jobs.add(str(number), lambda _: None)) == number
    with pytest.raises(QueueFullError, match="Try again"):
        jobs.add("one more", lambda _: None)


def test_the_same_request_twice_is_one_job(jobs, gate):
    assert gate
    assert jobs.add("same", lambda _: 1) is jobs.add("same", lambda _: 2)


def test_what_is_at_hand_waits_for_nobody(jobs, gate):
    assert gate
    job = jobs.done("at hand")
    assert job.status is Status.DONE
    assert jobs.find(job.job) is job


def test_a_job_that_two_want_ends_when_both_have_cancelled(jobs, gate):
    assert gate
    job = jobs.add("same", lambda _: 1)
    jobs.add("same", lambda _: 1)
    jobs.cancel(job)
    assert job.status is Status.QUEUED
    jobs.cancel(job)
    assert job.status is Status.CANCELLED


def test_a_job_that_fails_keeps_what_went_wrong_and_the_next_one_runs(jobs):
    def work(_):
        message = "no"
        raise ValueError(message)

    job = jobs.add("bad", work)
    assert until_over(jobs, job) is Status.FAILED
    assert str(job.error) == "no"
