//! 填报日期: a date and time in fourteen digits.

use crate::tables::Moment;
use crate::text::compact;

/// A full date and time in fourteen digits (`20230104112753`), white space from wrapping left out.
pub fn moment(text: &str) -> Option<Moment> {
    let digits = compact(text);
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| digits[from..to].parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
    valid.then(|| Moment(days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // March-based years make the leap day the last of its year.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_across_wraps() {
        assert_eq!(moment("20230104112753"), Some(Moment(1_672_831_673)));
        assert_eq!(moment("202301041 11626"), moment("20230104111626"));
        assert_eq!(moment("202212"), None);
        assert_eq!(moment("20231304112753"), None);
    }
}
