"""A create that is sent again under its Idempotency-Key happens once and is answered the same."""
