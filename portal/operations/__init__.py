"""/beheer: what operators look after, without seeing what anything is about."""
