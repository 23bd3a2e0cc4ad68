"""Projects: what is asked, of whom, and how the work flows."""
