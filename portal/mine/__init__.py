"""/mijn: the participant's own page, composed of what lies below it."""
