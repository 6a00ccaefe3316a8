"""Letters between bureaux: every form of supplementary information beyond the hit report, as a thread with a clock."""
