"""What is to be labeled: items, each with its task."""
