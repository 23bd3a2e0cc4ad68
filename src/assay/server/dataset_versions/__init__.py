"""Dataset versions: the labels as they were at one moment, for ever, under one Merkle root."""
