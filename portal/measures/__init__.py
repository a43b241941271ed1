"""The same few questions at the start and at the end, joined by a random key alone, which is destroyed."""
