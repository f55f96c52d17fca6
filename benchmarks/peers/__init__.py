"""The engines we stand beside: one module each, all with the protocol of `peer.py`."""
