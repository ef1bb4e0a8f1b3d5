//! Hive partition paths that every reader understands and every file system takes.
//!
//! Values stand as raw UTF-8, so that Chinese names stay readable and short, with `%XX` for what Hive escapes. Readers decode it.

use std::fmt::Write as _;

use crate::extraction::Partition;
use crate::hash::sha256_hex;

/// The partition value that readers see as null.
pub const DEFAULT_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// The partition columns, outermost first: they are in the path only, not in the files.
pub const PARTITION_COLUMNS: [&str; 3] = ["city", "year", "department"];

/// The longest file name that common file systems take, in bytes.
const MAX_COMPONENT: usize = 255;
/// `~` and this many hex digits mark a value that was cut.
const HASH_DIGITS: usize = 16;

/// The path of a partition below its table: `city=大同市/year=2023/department=大同市发展和改革委员会`.
pub fn partition_path(partition: &Partition) -> String {
    let year = partition.year.map(|year| year.to_string());
    let values = [partition.city.as_deref(), year.as_deref(), partition.department.as_deref()];
    let components = PARTITION_COLUMNS.iter().zip(values).map(|(column, value)| component(column, value));
    components.collect::<Vec<_>>().join("/")
}

/// What is re-made together, and lies in one shard: all years of a body, `city=…/department=…` of a partition path.
pub fn group_of(partition: &str) -> String {
    let mut components = partition.split('/').filter(|component| !component.starts_with("year="));
    let (city, department) = (components.next().unwrap_or_default(), components.next().unwrap_or_default());
    format!("{city}/{department}")
}

fn component(column: &str, value: Option<&str>) -> String {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return format!("{column}={DEFAULT_PARTITION}");
    };
    let room = MAX_COMPONENT - column.len() - 1;
    let mut escaped = String::with_capacity(value.len());
    // Where the value has to be cut, if it turns out too long for the room.
    let mut cut = 0;
    let last = value.chars().count() - 1;
    let only_dots = value.chars().all(|c| c == '.');
    for (index, c) in value.chars().enumerate() {
        let at_the_edge = c == ' ' && (index == 0 || index == last);
        // A value that spells the default partition's name is not the default partition.
        let spells_default = index == 0 && value == DEFAULT_PARTITION;
        if is_unsafe(c) || at_the_edge || (only_dots && c == '.') || spells_default {
            // All of these are ASCII, so one escape is one character.
            let _ = write!(escaped, "%{:02X}", u32::from(c));
        } else {
            escaped.push(c);
        }
        if escaped.len() <= room - 1 - HASH_DIGITS {
            cut = escaped.len();
        }
    }
    if escaped.len() > room {
        escaped.truncate(cut);
        let hash = sha256_hex(value.as_bytes());
        escaped.push('~');
        escaped.push_str(&hash[..HASH_DIGITS]);
    }
    format!("{column}={escaped}")
}

/// What Hive escapes, and what shells and globs would take for their own.
fn is_unsafe(c: char) -> bool {
    c.is_ascii_control() || "/\\=%:*?\"<>|#'[]{}^".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a reader makes of a component.
    fn decode(component: &str) -> Option<String> {
        let value = component.split_once('=').unwrap().1;
        if value == DEFAULT_PARTITION {
            return None;
        }
        let mut bytes = Vec::new();
        let mut rest = value.as_bytes();
        while let Some((first, tail)) = rest.split_first() {
            if *first == b'%' {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
                rest = &tail[2..];
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        Some(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn chinese_stays_readable_and_specials_are_escaped() {
        let partition = Partition {
            city: Some("大同市".to_owned()),
            year: Some(2023),
            department: Some("a/b=..\n[x]".to_owned()),
        };
        assert_eq!(partition_path(&partition), "city=大同市/year=2023/department=a%2Fb%3D..%0A%5Bx%5D");
        assert_eq!(
            partition_path(&Partition::default()),
            "city=__HIVE_DEFAULT_PARTITION__/year=__HIVE_DEFAULT_PARTITION__/department=__HIVE_DEFAULT_PARTITION__"
        );
        assert_eq!(component("department", Some("..")), "department=%2E%2E");
        assert_eq!(component("department", Some(" x ")), "department=%20x%20");
        assert_eq!(
            decode(&component("city", Some(DEFAULT_PARTITION))).as_deref(),
            Some(DEFAULT_PARTITION)
        );
    }

    #[test]
    fn all_years_of_a_body_are_one_group() {
        let of = |year, department: &str| {
            group_of(&partition_path(&Partition {
                city: Some("大同市".to_owned()),
                year,
                department: Some(department.to_owned()),
            }))
        };
        assert_eq!(of(Some(2023), "a/year=b"), "city=大同市/department=a%2Fyear%3Db");
        assert_eq!(of(Some(2023), "局"), of(None, "局"));
        assert_ne!(of(Some(2023), "局"), of(Some(2023), "厅"));
    }

    #[test]
    fn a_long_name_is_cut_at_a_character_and_stays_unique() {
        let long = "市".repeat(300);
        let cut = component("department", Some(&long));
        assert!(cut.len() <= MAX_COMPONENT && cut.starts_with("department=市市") && cut.contains("市~"));
        assert_ne!(cut, component("department", Some(&format!("{long}局"))));
        // An escape is never cut in two.
        assert!(!component("department", Some(&"%".repeat(300))).contains("%~"));
    }

    proptest! {
        #[test]
        fn every_value_comes_back(value in "\\PC{0,60}|[\\x00-\\x7f]{0,60}|[./ %_A-Z]{0,40}") {
            let component = component("department", Some(&value));
            prop_assert!(component.len() <= MAX_COMPONENT && !component.contains(['/', '\0', '\n', '*', '?']));
            if !component.contains('~') || value.contains('~') && value.len() < 60 {
                prop_assert_eq!(decode(&component), Some(value).filter(|value| !value.is_empty()));
            }
        }
    }
}
