"""Calls: transcripts of meeting tools, one document per call, one message per uninterrupted speaker."""
