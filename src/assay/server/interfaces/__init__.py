"""Versions of a project's task interface."""
