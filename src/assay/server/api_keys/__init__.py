"""Keys for programs, each of which acts with one role."""
