"""What is told: RUN folders, figures, maps and the page for people who decide."""
