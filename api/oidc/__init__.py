"""Bearer tokens of an OpenID issuer: its keys, what a token must say, whom that makes of its bearer."""
