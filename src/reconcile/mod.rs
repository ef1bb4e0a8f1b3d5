//! What must hold: accounting identities and rules of consistency (`config/checks.toml`) over the records of one disclosure, and over
//! several disclosures of one body.
//!
//! ```text
//! Extraction ──► Book (line items, indexed once) ──► rules, one kind after another ──► rows of `checks`
//! ```
//! Decimals throughout; a blank is no zero; what cannot be applied says why.

mod across;
mod book;
mod change;
mod complete;
mod facts;
mod figure;
mod finding;
mod forms;
mod lines;
mod names;
mod projects;
mod stated;
mod tables;
mod words;

use std::sync::Arc;

use book::Book;
use facts::Facts;
use finding::Findings;

use crate::codes::CheckStatus;
use crate::config::Config;
use crate::extraction::Extraction;
use crate::tables::Check;

pub use across::{Disclosure, Kept, KeptFigure, Wanted, across, keep};

/// Checks what must hold within one disclosure, in the order of the rules.
pub fn reconcile(extraction: &Extraction, config: &Config) -> Vec<Check> {
    let Some(document) = &extraction.document else { return Vec::new() };
    let book = Book::of(extraction, config);
    let facts = Facts::of(&extraction.facts);
    let mut desk = Desk {
        extraction,
        config,
        book: &book,
        facts: &facts,
        findings: Findings {
            document_id: Arc::clone(&document.document_id),
            stage: document.stage,
            checks: Vec::with_capacity(extraction.line_items.len()),
        },
    };
    desk.apply();
    desk.findings.checks
}

/// How many of `checks` passed and failed.
pub fn count(checks: &[Check]) -> (i32, i32) {
    let count = |status: CheckStatus| {
        let number = checks.iter().filter(|check| check.status == status).count();
        i32::try_from(number).unwrap_or(i32::MAX)
    };
    (count(CheckStatus::Pass), count(CheckStatus::Fail))
}

/// Everything that rules look at, and what they found.
struct Desk<'a> {
    extraction: &'a Extraction,
    config: &'a Config,
    book: &'a Book<'a>,
    facts: &'a Facts<'a>,
    findings: Findings,
}

impl Desk<'_> {
    fn apply(&mut self) {
        let (checks, stage) = (&self.config.checks, self.findings.stage);
        macro_rules! apply {
            ($($rules:ident => $method:ident,)+) => {
                $(for rule in checks.$rules.iter().filter(|rule| rule.head().covers(stage)) {
                    self.$method(rule);
                })+
            };
        }
        apply! {
            row => row,
            item_row => items,
            heading => heading,
            same => same,
            equal => equal,
            line => line,
            blank => blank,
            lines => lines,
            stated => stated,
            stated_sum => stated_sum,
            percent => percent,
            change => change,
            count_sum => count_sum,
            names => names,
            project => project,
            complete => complete,
            never_negative => never_negative,
        }
        for (at, rule) in checks.wording.iter().enumerate().filter(|(_, rule)| rule.head().covers(stage)) {
            self.wording(at, rule);
        }
    }
}
