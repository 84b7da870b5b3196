"""The engine for an OpenSearch cluster: docs/opensearch.md."""
