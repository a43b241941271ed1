"""The second step for coaches and staff: a code from an authenticator app, with recovery codes. No way round it."""
