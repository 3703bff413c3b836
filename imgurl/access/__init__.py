"""Who may call the API: keys, their scopes, and what was answered under an idempotency key."""
