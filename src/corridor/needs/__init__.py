"""What the forecast people will need: standards, quantities, and the day supplies run out."""
