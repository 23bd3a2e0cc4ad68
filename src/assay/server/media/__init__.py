"""Blobs of items, reached through a lease or a membership."""
