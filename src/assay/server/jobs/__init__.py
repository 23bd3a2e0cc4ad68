"""Long work: visible, resumable after a crash, cancellable."""
