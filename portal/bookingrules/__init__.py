"""How people book with a coach: lengths, notices, how far ahead, how many; a page of the coach's own."""
