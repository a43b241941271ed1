"""The 28 regions, the employer organisations that serve them through the years, and which postcode lies where."""
