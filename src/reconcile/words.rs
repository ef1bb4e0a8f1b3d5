//! Words that no finished disclosure holds.

use super::Desk;
use super::finding::Place;
use crate::codes::CheckUnit;
use crate::config::checks::Wording;

impl Desk<'_> {
    /// The words of the rule at `at` that were found; a pass where there are none.
    pub(super) fn wording(&mut self, at: usize, rule: &Wording) {
        let mut is_clean = true;
        let mut last = None;
        for left in self.extraction.leftovers.iter().filter(|left| left.rule == at) {
            is_clean = false;
            if last.replace((left.line, left.page)) == Some((left.line, left.page)) {
                continue; // one finding for each line
            }
            let place = Place {
                subject: &left.word,
                line: left.line,
                page: left.page,
                ..Place::default()
            };
            let line = left.line.map_or_else(String::new, |line| format!(" (line {line})"));
            let message = format!("`{}` was left in the text{line}", left.word);
            self.findings.note(rule.head(), place, false, CheckUnit::Things, message);
        }
        if is_clean {
            let message = "none of its words is in the text".to_owned();
            self.findings.note(rule.head(), Place::default(), true, CheckUnit::Things, message);
        }
    }
}
