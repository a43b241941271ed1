"""What people wrote in their evaluation: read in batches by who moderates, quoted only with consent and approval."""
