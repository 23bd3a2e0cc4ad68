"""Who works in a tenant, and as what."""
