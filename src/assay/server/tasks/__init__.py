"""Tasks: where each item stands on its way to a label."""
