"""Raw exports to documents: mail, call transcripts, tickets and conversations, and the tables beside them."""

from extractor.readers.choose import read
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.tables import is_table

__all__ = ["Obstacle", "Unread", "UnreadableError", "is_table", "read"]
