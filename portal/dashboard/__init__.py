"""/regio/overzicht: how it goes in a region, from the first day to the evaluation, and the mail that points there."""
