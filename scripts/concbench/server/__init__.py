"""Provide the test server: it delays each response by a known time and logs every request.

The log shows whether the server did its part in a run. Nothing that reads results imports this room.
"""
