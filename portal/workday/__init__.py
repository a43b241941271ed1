"""/coach: the coach's day."""
