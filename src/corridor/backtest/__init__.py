"""How well: forecasts at rolling origins, scored against what was reported later."""
