"""Start the measured process of one micro-benchmark; see ``concbench/measured/measured_probe.py``.

The import is below because worker processes started by spawn, forkserver or loky load this file again, inside the timed
region.
"""

if __name__ == "__main__":
    from concbench.measured.measured_probe import main

    main()
