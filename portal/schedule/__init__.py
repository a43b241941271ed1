"""Where coaches say when they can be met, and see first whom a change touches."""
