"""Handing out tasks: claim, keep, give back; and the drafts of who holds them."""
