"""A supervised pool of processes that draw: it knows how to keep them, not what they draw."""
