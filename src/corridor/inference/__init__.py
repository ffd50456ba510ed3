"""What is learnt: parameters, hidden numbers and the present state, from what was reported."""
