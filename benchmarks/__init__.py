"""Benchmarks: `python -m benchmarks --help`. They print rows and CPU seconds; they are not tests."""
