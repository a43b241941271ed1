"""People, their roles and invitations, signing in by link or code, and the sessions of their browsers."""
