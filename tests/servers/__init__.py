"""Real servers for the tests: PostgreSQL, Redis, OpenStack Swift. Each runs on loopback and dies with the tests."""
