"""Print facts about this interpreter as JSON; see ``concbench/measured/interpreter_facts.py``."""

from concbench.measured.interpreter_facts import main

if __name__ == "__main__":
    main()
