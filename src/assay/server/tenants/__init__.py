"""The registry of tenants over HTTP: an operator's view, which never shows content."""
