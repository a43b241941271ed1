"""When a coach can be met: weekly hours in Dutch wall time, days away, and the free times left between talks."""
