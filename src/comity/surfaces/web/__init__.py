"""The web surface: pages by role on top of the same operations, without a line of JavaScript."""
