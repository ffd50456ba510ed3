"""RUN folders: what a forecast, a simulation and a back-test leave behind, written whole or not at all."""
