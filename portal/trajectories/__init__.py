"""From coupling a participant and a coach to closing: the coach, the entitlement, the outcome."""
