"""QloApps on loopback: a hotel's books, a webservice over them as the real one was recorded, and faults by switch."""
