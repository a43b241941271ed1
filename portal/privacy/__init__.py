"""/mijn/gegevens: what we know of somebody, and taking back what they agreed to."""
