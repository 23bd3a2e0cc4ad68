"""Turning the annotations of a task into its label."""
