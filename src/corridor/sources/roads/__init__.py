"""Roads as the field publishes them, read offline: from places and roads to the routes of a scenario."""
