"""QloApps 1.6.1 and 1.7.0 through their webservice, which says little of what it did: everything is read back."""
