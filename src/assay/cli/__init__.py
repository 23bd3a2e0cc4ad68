"""The command line: `assay --help`."""

from assay.cli.main import main

__all__ = ["main"]
