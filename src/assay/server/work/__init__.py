"""The work that waits for one person, over all of their tenants."""
