"""From a scenario to the arrays that the kernel runs on."""
