"""The fresh process that does one run; see ``concbench/measured/main.py``."""

from concbench.measured.main import main

if __name__ == "__main__":
    main()
