"""Start the measured process of one probe; see ``concbench/measured/measured_probe.py``.

Processes that spawn, forkserver or loky start from it load this file again, inside the makespan, hence the import below.
"""

if __name__ == "__main__":
    from concbench.measured.measured_probe import main

    main()
