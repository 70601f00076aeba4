"""The copy: what the plan hides is made unseen and unheard, or there is no copy."""
