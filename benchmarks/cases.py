"""One simulator at growing sizes: the form in which the growth benchmarks are written."""

from collections.abc import Callable
from dataclasses import dataclass

SEED = 20250904
HUNDREDS, THOUSANDS = [10, 10**2, 10**3], [10**3, 10**4, 10**5]


@dataclass(frozen=True)
class Case:
    """One simulator: what it is called, how it may grow, and whom it meets at a given size."""

    simulator: str
    contestants: Callable
    unit: str
    sizes: list
    stated: float = 1
    floor: str = ""
    today: str = ""

    def run(self, growth) -> None:
        """Time it with the fixture ``growth``."""
        growth(
            self.simulator,
            self.sizes,
            self.contestants,
            unit=self.unit,
            stated=self.stated,
            floor=self.floor,
            today=self.today,
        )
