//! The hidden key columns of the telemetry tables, computed from what the decoder has at hand. The insert pipeline of
//! SQL evaluates the same expressions from their text; both must give the same values.

/// `toDate(t)` of a DateTime64(9): days since the epoch, UTC; clamped to Date's range.
pub fn to_date(nanos: i64) -> u16 {
    nanos.div_euclid(86_400_000_000_000).clamp(0, i64::from(u16::MAX)) as u16
}

/// `toDateTime(t)` of a DateTime64(9): whole seconds, clamped to DateTime's range.
pub fn to_date_time(nanos: i64) -> u32 {
    nanos.div_euclid(1_000_000_000).clamp(0, i64::from(u32::MAX)) as u32
}

/// `toStartOfFiveMinutes(t)` of a DateTime64(9).
pub fn to_start_of_five_minutes(nanos: i64) -> u32 {
    let seconds = to_date_time(nanos);
    seconds - seconds % 300
}

/// `toDate(t)` of a DateTime.
pub fn date_of_seconds(seconds: u32) -> u16 {
    (seconds / 86_400) as u16
}
