"""Made-up people to look around with; imports anything, imported by nothing."""
