"""Tickets and conversations of help desks and CRMs: one document per ticket, one message per comment."""
