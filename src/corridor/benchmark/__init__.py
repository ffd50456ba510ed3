"""A benchmark by which forecasts of displaced people are compared: protocol, baselines, table, scores of others."""
