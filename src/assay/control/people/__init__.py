"""People: the identities that tenants share."""
