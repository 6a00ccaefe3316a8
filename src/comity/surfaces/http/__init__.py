"""The HTTP surface: one POST endpoint for each operation, problem documents, OpenAPI, health and metrics."""
