"""What is wrong with this installation, and what to do: `attnkit doctor` or `report()`."""

from attnkit.doctor.examined import Report, report
from attnkit.doctor.finding import Finding

__all__ = ["Finding", "Report", "report"]
