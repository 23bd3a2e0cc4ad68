"""What tenants share: identities, the tenant registry, the workforce; never customer data."""
