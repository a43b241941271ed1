"""What everybody may read: the start page, help now, privacy, accessibility, questions; and the menu of every page."""
