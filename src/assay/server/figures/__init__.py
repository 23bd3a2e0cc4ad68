"""How far a project is, how fast it goes, and how good it looks so far."""
