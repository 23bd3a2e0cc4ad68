"""Assay: an open, self-hosted, neutral data engine."""
