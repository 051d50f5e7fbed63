"""What the Python scripts here share: running named cases and printing their outcome."""

import sys
import traceback


class Cases:
    """Runs functions and prints PASS or FAIL for each; exit_code() at the end."""

    def __init__(self):
        self.failed = 0

    def run(self, name, function, *arguments):
        try:
            function(*arguments)
            print(f"PASS {name}", flush=True)
        except Exception as error:
            self.failed += 1
            place = traceback.extract_tb(error.__traceback__)[-1]
            print(f"FAIL {name}: {type(error).__name__} in line {place.lineno}: {str(error)[:300]}", flush=True)

    def exit_code(self):
        sys.stderr.flush()
        return 1 if self.failed else 0
