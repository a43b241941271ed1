"""Reminders before a talk, and the question afterwards how it went when nobody said so."""
