"""PostgreSQL as Assay runs it: one embedded cluster per cell, or databases on an external server."""
