"""Searching again for whoever is crossing, when alerts or lists have changed."""
