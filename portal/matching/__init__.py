"""Which coach fits somebody, and why."""
