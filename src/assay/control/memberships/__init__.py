"""Memberships: who is what in which tenant, and in which of its projects."""
