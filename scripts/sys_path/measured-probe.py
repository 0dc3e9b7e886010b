"""The fresh process that measures one probe; see ``concbench/measured/probe_main.py``."""

from concbench.measured.probe_main import main

if __name__ == "__main__":
    main()
