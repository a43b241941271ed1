"""What was done when coaching was not the right help: advice, warm handover, urgent help."""
