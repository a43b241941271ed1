"""Where people can go when coaching is not the right help, who keeps that, and the duty backup of a region."""
