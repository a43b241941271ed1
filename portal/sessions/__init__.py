"""Talks: booking them, marking what became of them, and the calendar mail."""
