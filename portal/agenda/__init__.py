"""A person's talks in their own calendar: a secret address that calendars fetch, and the page that keeps it."""
