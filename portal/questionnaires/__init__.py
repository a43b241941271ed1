"""What we ask, by version, in two languages: edited as a draft, never changed once it is in use."""
