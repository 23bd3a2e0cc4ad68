"""What an annotator starts from: a draft of their own, an answer of an earlier round, a pre-label."""
