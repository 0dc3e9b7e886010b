"""Be the test server: an instrument that delays each response for a known time and logs every request.

Judge from that log whether the server did its part in a run. Nothing that reads results imports this room.
"""
