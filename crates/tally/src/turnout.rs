//! Voters admitted in the course of the day.

/// One report: so many voters admitted up to a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnoutReport {
    /// Up to when, in seconds since 1970.
    pub made: i64,
    /// Voters admitted so far.
    pub admitted: u64,
    /// The record's position in the log.
    pub position: u64,
}

/// All reports of one unit, in the order of the log. Later moments replace earlier ones; a report
/// for the same moment replaces the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TurnoutState {
    reports: Vec<TurnoutReport>,
}

impl TurnoutState {
    /// All reports.
    #[must_use]
    pub fn reports(&self) -> &[TurnoutReport] {
        &self.reports
    }

    /// The report that stands at a moment: the latest of those up to then.
    #[must_use]
    pub fn at(&self, moment: i64) -> Option<&TurnoutReport> {
        let until = self.reports.iter().filter(|report| report.made <= moment);
        until.max_by_key(|report| (report.made, report.position))
    }

    pub(crate) fn take(&mut self, report: TurnoutReport) {
        self.reports.push(report);
    }
}
