"""Telling other systems what happened: a transactional outbox, signed and retried."""
