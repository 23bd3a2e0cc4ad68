"""Bringing files of rows in: streamed, resumable, and with a list of what was rejected."""
