"""The tasks with open slots, in the order in which they are handed out."""
