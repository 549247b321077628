"""The verifier that travels in every bundle as `verify.py`: its chapters, joined by adapters/offline_verifier.py."""
