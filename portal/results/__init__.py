"""What people say afterwards, together: spread, means and statements, beside the country and the period before."""
