"""Remarks on a task, anchored to a field or a region of the answer."""
