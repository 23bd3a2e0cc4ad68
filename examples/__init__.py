"""Examples of the SDK, and the demo that `make up` fills its tenant with. See README.md."""
