"""What annotators are told: Markdown, versioned, and inside the cell."""
