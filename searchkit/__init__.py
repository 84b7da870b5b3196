"""Full-text search over a folder of news articles, with claim verification on top."""

__version__ = "0.1.0"
