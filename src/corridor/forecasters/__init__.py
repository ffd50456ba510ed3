"""Who forecasts: baselines, the reports model, the mechanism, and their combination."""
