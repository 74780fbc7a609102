"""The paired run: every setup in turn on the same core, under the same load, in interleaved rounds.

`setups` says what is compared, `process` runs one proxy and reads its CPU time, `collector` counts the spans that
arrive, `window` measures, `report` turns rounds into the table and the floors.  Nothing here needs more than the
Python standard library; start reading in `window.measure`.
"""
