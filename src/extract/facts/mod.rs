//! Figures stated in the narrative and counted in tables without money → `facts`.
//!
//! Lines of running text become passages under their section ([`passages`]); a passage's sentences are read figure by figure
//! ([`statement`]): the words in front of a figure say what it is of, by the patterns of `config/facts.toml`.

mod counts;
mod figures;
mod passages;
mod statement;

use std::sync::Arc;

use super::identity::Identity;
use super::{Notes, Provenance};
use crate::codes::{Comparison, RejectCode, Stage};
use crate::config::{Config, FactRules};
use crate::document::{Block, Document, Position, TextLine};
use crate::recognise::Table;
use crate::tables::{Fact, Fixed};
use figures::Figure;
use passages::Passages;

/// The lines of running text of a document, kept before its blocks become tables.
pub fn prose<'a>(document: &Document<'a>) -> Vec<TextLine<'a>> {
    document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Text(line) => Some(line.clone()),
            Block::Grid(_) => None,
        })
        .collect()
}

/// The figures that the narrative states, and the counts of 公开10.
pub fn facts(
    prose: &[TextLine<'_>],
    tables: &[Table<'_, '_>],
    identity: &Identity,
    provenance: &Provenance,
    config: &Config,
    notes: &mut Notes,
) -> Vec<Fact> {
    let mut stated = Stated {
        rules: &config.facts,
        stage: identity.stage,
        year: identity.year,
        provenance,
        facts: Vec::new(),
    };
    counts::read(tables, prose, &mut stated);
    for passage in Passages::new(prose, &config.facts) {
        statement::read(&passage, &mut stated, notes);
    }
    stated.facts.sort_by_key(|fact| fact.line.unwrap_or(i32::MAX));
    stated.facts
}

/// The facts found so far, and what all of them share.
struct Stated<'r> {
    rules: &'r FactRules,
    stage: Stage,
    /// The fiscal year of the disclosure.
    year: Option<i32>,
    provenance: &'r Provenance,
    facts: Vec<Fact>,
}

/// A figure that is about to become a fact.
struct Claim<'t> {
    facts: &'t [String],
    section: Option<&'t str>,
    subject: Option<&'t str>,
    figure: &'t Figure,
    text: &'t str,
    negative: bool,
    year: Option<i32>,
    comparison: Option<Comparison>,
    source_text: &'t str,
    position: Position,
    /// The table and the row in it, for counts of a table.
    row: Option<(i32, i32)>,
}

impl Stated<'_> {
    /// Adds a row for each fact that the figure is; a figure that does not fit is given back.
    fn add(&mut self, claim: &Claim<'_>) -> Result<(), RejectCode> {
        let value = if claim.negative {
            -claim.figure.value.abs()
        } else {
            claim.figure.value
        };
        let value = Fixed::exact(value).ok_or(RejectCode::BadFact)?;
        for fact in claim.facts {
            self.facts.push(Fact {
                document_id: Arc::clone(&self.provenance.document_id),
                stage: self.stage,
                section: claim.section.map(str::to_owned),
                fact: fact.clone(),
                subject: claim.subject.map(str::to_owned),
                value: Some(value),
                value_text: claim.text.to_owned(),
                unit: claim.figure.unit.clone(),
                fact_year: claim.year,
                comparison: claim.comparison,
                reason: None,
                source_text: claim.source_text.to_owned(),
                table_no: claim.row.map(|(table, _)| table),
                row_no: claim.row.map(|(_, row)| row),
                line: claim.position.line_number(),
                page: claim.position.page_number(),
                sheet: None,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
