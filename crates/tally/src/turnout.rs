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

/// All reports of one unit in the order of the day: by their moments, those of one moment by their
/// positions. The last one is the latest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TurnoutState {
    reports: Vec<TurnoutReport>,
}

impl TurnoutState {
    /// All reports, in this order.
    #[must_use]
    pub fn reports(&self) -> &[TurnoutReport] {
        &self.reports
    }

    pub(crate) fn take(&mut self, report: TurnoutReport) {
        let order = |report: &TurnoutReport| (report.made, report.position);
        let place = self.reports.partition_point(|before| order(before) <= order(&report));
        self.reports.insert(place, report);
    }
}
