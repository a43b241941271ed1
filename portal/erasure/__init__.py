"""Forgetting people: what goes, and what stays behind so that no figure changes."""
