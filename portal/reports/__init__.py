"""Counting for the region and the nation: one definition per figure, and protection of small numbers."""
