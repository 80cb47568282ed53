"""What it costs: ratios within one run, medians of interleaved repetitions."""
