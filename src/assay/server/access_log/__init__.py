"""Reading the transparency log: what happened in the tenant, and who saw an item."""
