"""Coaches: who they are, what they are good at, whether their qualification was checked, and how they leave."""
