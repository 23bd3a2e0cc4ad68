"""Judging what consensus proposes: accept, fix, or send back."""
