"""E-mail: one document per mail, with what is quoted, forwarded, signed or automatic marked by kind."""
