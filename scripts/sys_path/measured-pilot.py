"""Start the pilot's process; see ``concbench/measured/pilot.py``.

The import is below because worker processes that the work starts by spawn or forkserver load this file again.
"""

if __name__ == "__main__":
    from concbench.measured.pilot import main

    main()
