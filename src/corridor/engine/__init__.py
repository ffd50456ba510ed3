"""What happens: a scenario compiled to arrays, and the days simulated on them."""
