"""Tables as the field publishes them: counts of displaced people and events of conflict, read into a scenario."""
