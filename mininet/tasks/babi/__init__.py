"""Questions about short stories: the twenty tasks of bAbI (Weston et al. 2015)."""
