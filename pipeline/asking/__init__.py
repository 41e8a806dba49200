"""Questions in words: which account, which days, what is asked; answered from what is stored, with citations."""
