"""Where a tenant lives: its own database, sealed blobs, keys, log rows and jobs, behind one door."""
