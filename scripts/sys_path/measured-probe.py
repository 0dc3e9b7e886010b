"""Start the measured process of one probe; see ``concbench/measured/probe_main.py``.

Processes that spawn, forkserver or loky start from it load this file again, inside the makespan, hence the import below.
"""

if __name__ == "__main__":
    from concbench.measured.probe_main import main

    main()
