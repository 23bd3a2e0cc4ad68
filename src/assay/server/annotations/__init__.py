"""Answers of annotators: submitted once, revised by compare-and-set, never overwritten."""
