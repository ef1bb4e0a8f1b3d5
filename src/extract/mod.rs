//! From the bytes of one disclosure to its records.

mod catalogue_of_services;
mod contents;
mod ending;
mod facts;
mod headings;
pub mod identity;
mod line_items;
mod performance;
mod personal;
mod place;
mod provenance;
mod shape;
mod shifted;
mod template;
mod wrapped;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::codes::{Code, Form, RejectCode, Severity, SourceFormat, Stage};
use crate::config::{Config, KnownTitles};
use crate::document::{Position, ReadNote};
use crate::extraction::Extraction;
use crate::hash::sha256_hex;
use crate::read::Source;
use crate::recognise::{Note, Recognition, Table, contains_no_data_note, recognise};
use crate::reconcile::{self, reconcile};
use crate::tables::{self, Fact, FormTable, LineItem, Reject, SharedText};
use crate::text::excerpt;
use identity::{Frame, Identity, identify};
use line_items::LineItems;
pub use place::path_evidence;
use provenance::Places;

pub use shape::{ColumnShape, RowShape, TableShape};

/// What names the source of a record.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// Lower-case hex SHA-256 of the file's bytes.
    pub document_id: SharedText,
    /// Path relative to the input root.
    pub path: String,
}

/// What was understood of a disclosure and why: the records, and all that `inspect` shows beside them.
#[derive(Debug)]
pub struct Analysis {
    /// The records.
    pub extraction: Extraction,
    /// The identity with its evidence; `None` where the file could not be read.
    pub identity: Option<Identity>,
    /// How each table was understood, one for every row of `tables`.
    pub shapes: Vec<TableShape>,
}

/// Reads one disclosure: a pure function of its bytes, its path relative to the input root (evidence of last resort for its identity)
/// and the configuration. Never panics and does no IO.
pub fn extract(bytes: &[u8], path: &str, config: &Config) -> Extraction {
    read(bytes, path, config, |_| Vec::new()).extraction
}

/// As [`extract`], with the evidence.
pub fn analyse(bytes: &[u8], path: &str, config: &Config) -> Analysis {
    read(bytes, path, config, |tables| {
        tables.iter().map(|table| TableShape::of(table, config)).collect()
    })
}

/// `shapes` is told apart so that only those who look at the shapes of tables pay for them.
fn read(bytes: &[u8], path: &str, config: &Config, shapes: impl FnOnce(&[Table<'_, '_>]) -> Vec<TableShape>) -> Analysis {
    let provenance = Provenance {
        document_id: document_id(bytes),
        path: path.to_owned(),
    };
    let mut notes = Notes::default();
    let source = match Source::open(bytes, &config.settings) {
        Ok(source) => source,
        Err(unreadable) => {
            notes.error(unreadable.code, unreadable.message);
            return unread(&provenance, notes, config);
        }
    };
    let document = source.document(&config.settings);
    let places = Places::of(&document);
    notes.read(&document.notes);
    let (format, encoding) = (document.format, document.encoding);
    let titles = KnownTitles::of(&config.forms);
    let frame = Frame::of(&document, &titles);
    let prose = facts::prose(&document);
    let ending = ending::Ending::of(&document, bytes);
    let contents = contents::listed(&document, &titles);
    let leftovers = template::leftovers(&document, source.text(), config);
    let mut recognition = recognise(document, titles, config);
    notes.recognised(&recognition.notes);
    if !recognition.tables.iter().any(|table| table.spec.form != Form::Other) {
        let message = "no form of a budget or final account was found; if this is a disclosure, teach its titles in config/forms";
        let Some(first) = recognition.tables.first() else {
            notes.error(RejectCode::NotADisclosure, message.into());
            return places.settle(unread(&provenance, notes, config));
        };
        notes.warn(RejectCode::NotADisclosure, message.into(), first.position, first.title.as_deref());
    }
    ending.leave_out_cut_cell(&mut recognition, &mut notes);
    for table in recognition.tables.iter_mut().filter(|table| has_money_columns(table.spec.form)) {
        table.rows.iter_mut().for_each(|row| personal::empty_foot(row, &config.performance));
        wrapped::join_names(table, ending.cut_row(), config);
    }
    let mut identity = identify(&frame, &recognition.tables, path, config, &mut notes);
    identity.title = identity.title.map(|title| published(title, config));
    let context = LineItems {
        config,
        stage: identity.stage,
        provenance: &provenance,
    };
    let mut line_items = Vec::with_capacity(figures_in(&recognition.tables));
    let mut form_tables = Vec::with_capacity(recognition.tables.len());
    for table in &recognition.tables {
        let first = line_items.len();
        if has_money_columns(table.spec.form) {
            match shifted::lost_column(table, config) {
                Some(reason) => notes.lost_column(table, reason),
                None => context.of_table(table, &mut line_items, &mut notes),
            }
        }
        form_tables.push(form_table(table, &line_items[first..], identity.stage, &provenance, config));
    }
    let projects = performance::projects(&recognition.tables, &line_items, identity.stage, &provenance, config, &mut notes);
    count_funding(&mut form_tables, &projects.funding);
    line_items.extend(projects.funding);
    let stated = facts::facts(&prose, &recognition.tables, &identity, &provenance, config, &mut notes);
    let catalogue = catalogue_of_services::entries(&recognition.tables, identity.stage, &provenance);
    let came_to_nothing = line_items.is_empty() && stated.is_empty() && projects.projects.is_empty();
    if came_to_nothing && let Some(message) = template::blank_form(&leftovers, config) {
        let mut notes = Notes::default();
        notes.error(RejectCode::Template, message);
        return unread(&provenance, notes, config);
    }
    let rejects = notes.into_rejects(&provenance, Some(identity.stage), config);
    let mut document = document_row(
        &identity,
        &recognition,
        &line_items,
        &stated,
        &rejects,
        &provenance,
        (format, encoding, bytes.len()),
    );
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    (document.indicators, document.facts) = (count(projects.indicators.len()), count(stated.len()));
    let mut extraction = Extraction {
        partition: identity.partition(),
        document: Some(document),
        tables: form_tables,
        line_items,
        projects: projects.projects,
        indicators: projects.indicators,
        facts: stated,
        catalogue,
        contents,
        leftovers,
        checks: Vec::new(),
        rejects,
    };
    extraction.checks = reconcile(&extraction, config);
    if let Some(document) = &mut extraction.document {
        (document.checks_passed, document.checks_failed) = reconcile::count(&extraction.checks);
    }
    places.settle(Analysis {
        extraction,
        identity: Some(identity),
        shapes: shapes(&recognition.tables),
    })
}

/// A printed text as it is published: without the names and telephone numbers of persons, unless the configuration loads them.
fn published(text: String, config: &Config) -> String {
    if config.settings.personal_data.load {
        return text;
    }
    match personal::masked(&text, &config.performance) {
        Cow::Owned(masked) => masked,
        Cow::Borrowed(_) => text,
    }
}

/// The funding amounts of project forms count as amounts of their tables.
fn count_funding(tables: &mut [FormTable], funding: &[LineItem]) {
    let mut amounts_of: HashMap<i32, usize> = HashMap::new();
    for item in funding {
        *amounts_of.entry(item.table_no).or_default() += 1;
    }
    for table in tables.iter_mut().filter(|table| !has_money_columns(table.form)) {
        let amounts = amounts_of.get(&table.table_no).copied().unwrap_or(0);
        table.amounts = i32::try_from(amounts).unwrap_or(i32::MAX);
        table.is_empty &= amounts == 0;
    }
}

/// Forms whose tables are read as rows of accounts under columns of money.
fn has_money_columns(form: Form) -> bool {
    !matches!(
        form,
        Form::PerformanceTarget | Form::PerformanceSelfEvaluation | Form::ProcurementCatalogue
    )
}

/// How many amounts tables may have: rows are large, and moving them costs more than counting.
fn figures_in(tables: &[Table<'_, '_>]) -> usize {
    let cells = tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    cells.filter(|cell| cell.ends_with(|c: char| c.is_ascii_digit())).count()
}

fn document_id(bytes: &[u8]) -> SharedText {
    Arc::from(sha256_hex(bytes))
}

fn unread(provenance: &Provenance, notes: Notes, config: &Config) -> Analysis {
    let rejects = notes.into_rejects(provenance, None, config);
    let extraction = Extraction {
        rejects,
        ..Extraction::default()
    };
    Analysis {
        extraction,
        identity: None,
        shapes: Vec::new(),
    }
}

fn form_table(table: &Table<'_, '_>, items: &[LineItem], stage: Stage, provenance: &Provenance, config: &Config) -> FormTable {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    FormTable {
        document_id: Arc::clone(&provenance.document_id),
        stage,
        table_no: table.number,
        form: table.spec.form,
        title: table.title.clone().map(|title| published(title, config)),
        caption: table.caption.iter().map(|line| published(line.clone(), config)).collect(),
        money_unit: table.unit.as_ref().map(|unit| Arc::clone(&unit.text)),
        header: table.columns.all.iter().map(|column| column.header.to_string()).collect(),
        rows: count(table.rows.len()),
        amounts: count(items.len()),
        is_empty: items.is_empty() && (has_money_columns(table.spec.form) || table.caption.iter().any(|line| contains_no_data_note(line))),
        layout: table.layout,
        recognised_by: table.recognised_by.clone(),
        line: table.position.line_number(),
        page: table.position.page_number(),
        sheet: None,
    }
}

fn document_row(
    identity: &Identity,
    recognition: &Recognition<'_, '_>,
    items: &[LineItem],
    facts: &[Fact],
    rejects: &[Reject],
    provenance: &Provenance,
    (format, encoding, size): (SourceFormat, Option<&'static str>, usize),
) -> tables::Document {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    tables::Document {
        document_id: Arc::clone(&provenance.document_id),
        path: provenance.path.clone(),
        other_paths: Vec::new(),
        file_size: i64::try_from(size).unwrap_or(i64::MAX),
        format,
        encoding: encoding.map(str::to_owned),
        title: identity.title.clone(),
        stage: identity.stage,
        scope: identity.scope,
        province: identity.place.province.clone(),
        district: identity.place.district.clone(),
        division_code: identity.place.division_code.clone(),
        department_code: identity.department_code.clone(),
        department_name: identity.department.clone(),
        unit: identity.unit.clone(),
        money_unit: usual_unit(recognition),
        tables: count(recognition.tables.len()),
        line_items: count(items.len()),
        indicators: 0,
        facts: count(facts.len()),
        checks_passed: 0,
        checks_failed: 0,
        rejects: count(rejects.len()),
        extractor_version: Arc::from(env!("CARGO_PKG_VERSION")),
        supersedes: None,
        edition: 1,
    }
}

/// The money unit that most tables print.
fn usual_unit(recognition: &Recognition<'_, '_>) -> Option<SharedText> {
    let printed = || {
        recognition
            .tables
            .iter()
            .filter_map(|table| table.unit.as_ref())
            .filter(|unit| !unit.assumed)
    };
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for unit in printed() {
        *counts.entry(&unit.text).or_default() += 1;
    }
    printed()
        .max_by_key(|unit| (counts.get(&*unit.text).copied(), unit.unit.yuan))
        .map(|unit| Arc::clone(&unit.text))
}

/// What was left out or guessed, on its way to `rejects`.
#[derive(Debug, Default)]
pub struct Notes {
    all: Vec<(Severity, Note)>,
}

/// How many notes of one code a document may have; beyond, they are counted in one.
const MOST_OF_A_CODE: usize = 200;

impl Notes {
    /// Part of the document was left out or guessed.
    pub fn warn(&mut self, code: RejectCode, message: String, position: Position, printed: Option<&str>) {
        let printed = printed.map(|text| excerpt(text, 200));
        self.all.push((
            Severity::Warning,
            Note {
                code,
                message,
                position,
                excerpt: printed,
            },
        ));
    }

    /// A table whose amounts are left out as a whole.
    fn lost_column(&mut self, table: &Table<'_, '_>, reason: &str) {
        let message = format!("{reason}: a column is gone, and the amounts of this table are left out; fetch the file again");
        self.warn(RejectCode::LostColumn, message, table.position, table.title.as_deref());
    }

    /// Nothing usable came of the document.
    fn error(&mut self, code: RejectCode, message: String) {
        self.all.push((
            Severity::Error,
            Note {
                code,
                message,
                position: Position::default(),
                excerpt: None,
            },
        ));
    }

    fn read(&mut self, notes: &[ReadNote]) {
        for note in notes {
            self.warn(note.code, note.message.clone(), note.position, note.excerpt.as_deref());
        }
    }

    fn recognised(&mut self, notes: &[Note]) {
        self.all.extend(notes.iter().map(|note| (Severity::Warning, note.clone())));
    }

    fn into_rejects(self, provenance: &Provenance, stage: Option<Stage>, config: &Config) -> Vec<Reject> {
        let text = |text: String| published(text, config);
        let mut counts = vec![0usize; RejectCode::ALL.len()];
        let mut rejects = Vec::new();
        let reject = |severity, note: Note| Reject {
            path: provenance.path.clone(),
            document_id: Some(Arc::clone(&provenance.document_id)),
            stage,
            severity,
            code: note.code,
            message: text(note.message),
            line: note.position.line_number(),
            page: note.position.page_number(),
            sheet: None,
            excerpt: note.excerpt.map(text),
        };
        for (severity, note) in self.all {
            counts[note.code.index()] += 1;
            if counts[note.code.index()] <= MOST_OF_A_CODE {
                rejects.push(reject(severity, note));
            }
        }
        for (code, count) in RejectCode::ALL.iter().zip(counts).filter(|(_, count)| *count > MOST_OF_A_CODE) {
            let message = format!("{} more of this kind", count - MOST_OF_A_CODE);
            rejects.push(reject(
                Severity::Warning,
                Note {
                    code: *code,
                    message,
                    position: Position::default(),
                    excerpt: None,
                },
            ));
        }
        rejects
    }
}
