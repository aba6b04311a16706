"""What is wrong with this installation, and what to do: `attnkit doctor` or `report()`."""

from attnkit.doctor.finding import Finding
from attnkit.doctor.report import Report, report

__all__ = ["Finding", "Report", "report"]
