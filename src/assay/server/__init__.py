"""The HTTP application: one package per feature, each with routes, service, store and models."""
