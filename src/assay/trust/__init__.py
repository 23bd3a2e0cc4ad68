"""What makes Assay's promises checkable: sealing, keys and the transparency log. No server, no network."""
