"""The registry of tenants: who they are, and where their cells live."""
