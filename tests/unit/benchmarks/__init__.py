"""The benchmarks' own machinery: what it reports must be what happened."""
