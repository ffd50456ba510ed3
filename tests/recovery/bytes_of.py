"""The bytes of what was computed, by name, so that a difference can be seen and named."""

import hashlib

import numpy as np

from corridor.forecasting.forecast import forecast
from corridor.inference.calibrate import calibrate

ARRAYS = ("normal", "bias", "arrived", "died")


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def posterior_bytes(posterior):
    """Return the SHA-256 of every array of a posterior, by name, and what it says of itself."""
    found = {name: digest(getattr(posterior, name)) for name in ARRAYS}
    found |= {f"end_state.{name}": digest(part) for name, part in posterior.end_state._asdict().items()}
    found |= {f"past.{name}": digest(levels) for name, levels in posterior.past.items()}
    said = (posterior.effective_sample_size, posterior.particles, posterior.notes, posterior.summary())
    return {**found, "said": repr(said), "fits": repr(posterior.fit_rows())}


def forecast_bytes(future):
    """Return the SHA-256 of every variable of a forecast, by name, and its table."""
    found = {f"samples.{name}": digest(values.to_numpy()) for name, values in future.samples.data_vars.items()}
    found |= {f"fitted.{name}": digest(values.to_numpy()) for name, values in future.past.data_vars.items()}
    return {**found, "table": repr(future.to_hub_table())}


def run_bytes(stated, reports, as_of, *, draws=32, seed=7, workers=1):
    """Return the bytes of inference and forecast."""
    posterior = calibrate(stated, reports, as_of=as_of, draws=draws, seed=seed, workers=workers)
    future = forecast(stated, posterior, reports, horizon_days=14, members=draws, seed=seed, workers=workers)
    return {**posterior_bytes(posterior), **forecast_bytes(future)}


def differing(one, other):
    """Return the names of what differs."""
    assert one.keys() == other.keys()
    return sorted(name for name in one if one[name] != other[name])
