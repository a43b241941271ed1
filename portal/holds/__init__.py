"""A participant chooses a time, it is kept for them for ten minutes, and they confirm it or let it go."""
