//! Weeks of the year in MySQL's modes.

use super::calendar::{Moment, call_zone, moment};
use super::num::*;
use super::{Arg, Call};
use crate::time::{Instants, Offsets};
use arrow::array::ArrayRef;
use olly_types::text::days_from_civil;
use olly_types::{Code, Error, Result};

pub(super) fn week_type(args: &[Arg], name: &str) -> Result<()> {
    moment(args, 2, name)?;
    match args.get(1) {
        Some(mode) if *mode.ty.base() != olly_types::Type::UInt8 => Err(illegal(&mode.ty, name)),
        Some(mode) if mode.constant.is_none() => {
            Err(Error::new(Code::IllegalColumn, format!("The mode of function {name} must be constant")))
        }
        _ => Ok(()),
    }
}

/// Year and week by MySQL's modes 0 to 7 (`calc_week` of MySQL's sources); modes 8 and 9 count from the week of January 1st.
fn week_of(m: &Moment, mode: u8, with_year: bool) -> (i64, i64) {
    let monday_first = mode & 1 == 1;
    if mode & 8 == 8 {
        let first_day = |year: i64| {
            let jan = days_from_civil(year, 1, 1);
            jan - (jan + if monday_first { 3 } else { 4 }).rem_euclid(7)
        };
        let mut year = m.year;
        if m.days >= first_day(year + 1) {
            year += 1;
        }
        return (year, (m.days - first_day(year)) / 7 + 1);
    }
    // Modes 1 and 3 turn the sense of the first-week bit.
    let mode = if monday_first { mode } else { mode ^ 4 };
    let mut week_year = with_year || mode & 2 == 2;
    let first_weekday = mode & 4 == 4;
    let jan = days_from_civil(m.year, 1, 1);
    let weekday_of = |days: i64| (days + if monday_first { 3 } else { 4 }).rem_euclid(7);
    let mut weekday = weekday_of(jan);
    let mut year = m.year;
    let mut first = jan;
    if m.month == 1 && m.day <= 7 - weekday {
        if !week_year && ((first_weekday && weekday != 0) || (!first_weekday && weekday >= 4)) {
            return (year, 0);
        }
        week_year = true;
        year -= 1;
        let length = jan - days_from_civil(year, 1, 1);
        first -= length;
        weekday = (weekday + 53 * 7 - length).rem_euclid(7);
    }
    let days = if (first_weekday && weekday != 0) || (!first_weekday && weekday >= 4) {
        m.days - (first + (7 - weekday))
    } else {
        m.days - (first - weekday)
    };
    if week_year && days >= 52 * 7 {
        let length = days_from_civil(year + 1, 1, 1) - days_from_civil(year, 1, 1);
        let next = (weekday + length) % 7;
        if (!first_weekday && next < 4) || (first_weekday && next == 0) {
            return (year + 1, 1);
        }
    }
    (year, days / 7 + 1)
}

pub(super) fn week(call: &Call<'_>, with_year: bool) -> Result<ArrayRef> {
    let mode = if call.args.len() > 1 { vals::<u8>(call, 1)?.get(0) } else { 0 };
    if mode > 9 {
        return Err(Error::new(Code::BadArguments, format!("mode {mode} of weeks is not one of 0 to 9")));
    }
    let instants = Instants::of(call, 0)?;
    let mut offsets = Offsets::new(call_zone(call, 2, 0)?);
    let values = (0..call.rows).map(|r| {
        let m = Moment::of(&instants, r, &mut offsets);
        let mode = if with_year && mode & 8 == 0 { mode | 2 } else { mode };
        week_of(&m, mode, with_year)
    });
    if with_year {
        return Ok(array(values.map(|(y, w)| (y * 100 + w) as u32).collect::<Vec<u32>>()));
    }
    Ok(array(values.map(|(_, w)| w as u8).collect::<Vec<u8>>()))
}
