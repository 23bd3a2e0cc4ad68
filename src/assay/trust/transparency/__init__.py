"""The transparency log in the formats of C2SP: tlog-tiles, tlog-checkpoint, tlog-cosignature, tlog-proof.

Pure: bytes in, bytes out. Where tiles lie is a `TileStore`'s business.
"""
