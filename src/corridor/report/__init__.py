"""What a run says to people who decide: facts in words, figures, and self-contained pages."""
