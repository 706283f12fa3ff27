"""How the model is shown: pages, charts, texts, session state."""
