"""Batches: items that came together, with a priority, that can be paused."""
