"""Figures that were published elsewhere, each with its source: beside what we count, never instead of it."""
