//! Names of codes: one name for a code, and that of the official classification.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Desk;
use super::finding::Place;
use crate::codes::{CheckUnit, Classification};
use crate::config::checks::{NameIs, Names};
use crate::tables::LineItem;
use crate::text::compact;

/// The names of a code, as words are compared, and where the first of them is printed.
struct Printed<'a> {
    first: (Cow<'a, str>, &'a LineItem),
    names: BTreeSet<Cow<'a, str>>,
}

impl<'a> Desk<'a> {
    /// Looks at each name of a code once; a pass for a disclosure in which all are right.
    pub(super) fn names(&mut self, rule: &Names) {
        let mut seen: BTreeMap<(Classification, &str), Printed<'a>> = BTreeMap::new();
        let mut is_right = true;
        let mut codes = None;
        for sheet in self.book.sheets.iter().filter(|sheet| rule.forms.contains(&sheet.form)) {
            for item in sheet.rows.iter().map(super::book::Row::first) {
                let Some(code) = item.account_code.as_deref().filter(|_| !item.account_name.is_empty()) else {
                    continue;
                };
                let name = compact(&item.account_name);
                let printed = seen.entry((item.classification, code)).or_insert_with(|| Printed {
                    first: (name.clone(), item),
                    names: BTreeSet::new(),
                });
                if printed.names.contains(&name) {
                    continue;
                }
                codes = codes.or(Some(item));
                let other = match rule.expect {
                    NameIs::Same => Some(&printed.first)
                        .filter(|(first, _)| !is_cut(first, &name))
                        .map(|(first, there)| {
                            let line = there.line.map_or_else(String::new, |line| format!(" (line {line})"));
                            (format!("{first}{line}"), there.line)
                        }),
                    NameIs::Official => self.official(item, code, &name).map(|official| (official, None)),
                };
                printed.names.insert(name);
                let Some((other, line_there)) = other else { continue };
                is_right = false;
                let line = item.line.map_or_else(String::new, |line| format!(" (line {line})"));
                let message = format!("{code} is {}{line} and {other}", item.account_name);
                let place = Place::of(item);
                self.findings.note(rule.head(), place, false, CheckUnit::Things, message);
                if let Some(check) = self.findings.checks.last_mut() {
                    check.right_line = line_there;
                }
            }
        }
        if let Some(first) = codes.filter(|_| is_right) {
            let place = Place {
                subject: "",
                measure: None,
                ..Place::of(first)
            };
            let message = format!("{} codes have no other name", seen.len());
            self.findings.note(rule.head(), place, true, CheckUnit::Things, message);
        }
    }

    /// The official name, where the printed one is another.
    fn official(&self, item: &LineItem, code: &str, name: &str) -> Option<String> {
        let accounts = &self.config.accounts;
        match item.classification {
            Classification::Functional if code.len() == 3 => {
                let official = accounts.functional_class_name(code).filter(|_| !accounts.names_class(code, name));
                official.map(str::to_owned)
            }
            Classification::EconomicDepartment | Classification::EconomicGovernment => accounts
                .economic_name(code)
                .filter(|official| !is_cut(official, name))
                .map(str::to_owned),
            _ => None,
        }
    }
}

/// Whether one name is the other, or what a page or a line break left of it.
fn is_cut(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_that_was_cut_off_is_no_other_name() {
        assert!(super::is_cut("一般公共服务支出", "一般公共服务"));
        assert!(!super::is_cut("教育支出", "科学技术支出"));
    }
}
