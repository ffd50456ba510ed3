"""What the report says: context, comparison with reports, wording."""
