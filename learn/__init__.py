"""Real sessions in; data sets, training rows, baselines and scores out."""
