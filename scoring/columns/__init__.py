"""Many accounts scored at once, as columns: the same ledger as `scoring.score` line by line, without its words.

One account is asked for by people and answered by `scoring.score`, which also says every detail; a whole portfolio is
asked for by simulations, and answered here (docs/decisions/0007-two-engines-one-ledger.md). Days are ordinals, moments
whole microseconds since 1970, points and levels whole tenths.
"""
