//! Ground truth as Parquet, in the tables and columns of the data contract.
//!
//! What a perfect reading gives and the generator knows is filled in; columns that no comparison needs (`account_text`, `column_header`,
//! `section`, …) are empty. `line` is always told, so that every row can be found in its file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::disclosure::{Block, TruthItem};
use super::prose::TruthFact;
use super::records::{self, TruthRecord};
use super::{SynthError, SynthFile};
use crate::codes::{Code, Comparison, Form, Layout, RowKind, Scope, Stage};
use crate::hash::sha256_hex;
use crate::money::MoneyUnit;
use crate::tables::{Fact, Fixed, Indicator, LineItem, Project, SharedText, Table, TableBuilder, schema, table};

table! {
    /// One row per generated file: whose it is, and how it was written down.
    pub struct TruthDocument(TruthDocumentBuilder) = "documents" {
        /// Lower-case hex SHA-256 of the file's bytes.
        pub document_id: SharedText,
        /// The file's name.
        pub path: String,
        /// Prefecture-level city or municipality.
        pub city: String,
        /// Fiscal year.
        pub year: i32,
        /// 主管部门.
        pub department: String,
        /// The body whose figures it shows.
        pub unit: String,
        /// Department or unit.
        pub scope: Scope,
        /// Budget or final account.
        pub stage: Stage,
        /// Layout of its tables.
        pub layout: Layout,
        /// Its encoding.
        pub encoding: String,
        /// Whose wordings it follows.
        pub wording: String,
        /// The kind of noise; null where there is none.
        pub noise: Option<String>,
        /// The forms that it prints, in their order.
        pub forms: Vec<String>,
        /// Bytes.
        pub file_size: i64,
    }
}

/// Everything that is true of one file.
#[derive(Debug)]
pub struct Truth {
    /// Its row of `documents`.
    pub document: TruthDocument,
    /// Every printed amount.
    pub line_items: Vec<LineItem>,
    /// Every project form and row of a project table.
    pub projects: Vec<Project>,
    /// Every indicator.
    pub indicators: Vec<Indicator>,
    /// Every stated figure.
    pub facts: Vec<Fact>,
}

impl Truth {
    /// What is true of a file.
    pub fn of(file: &SynthFile) -> Self {
        let disclosure = &file.disclosure;
        let identity = &disclosure.identity;
        let id: SharedText = Arc::from(sha256_hex(&file.bytes));
        let document = TruthDocument {
            document_id: Arc::clone(&id),
            path: file.name.clone(),
            city: identity.city.clone(),
            year: identity.year,
            department: identity.department.clone(),
            unit: identity.unit.clone(),
            scope: identity.scope,
            stage: identity.stage,
            layout: file.layout,
            encoding: file.encoding.name().to_owned(),
            wording: format!("{:?}", disclosure.wording).to_lowercase(),
            noise: file.noise.map(|noise| noise.name().to_owned()),
            forms: disclosure.tables().map(|table| table.form.code().to_owned()).collect(),
            file_size: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
        };
        let mut truth = Self {
            document,
            line_items: Vec::new(),
            projects: Vec::new(),
            indicators: Vec::new(),
            facts: Vec::new(),
        };
        let mut table_no = 0;
        for block in &disclosure.blocks {
            match block {
                Block::Text(prose) => truth
                    .facts
                    .extend(prose.facts.iter().map(|told| fact(told, &id, identity.stage, identity.year))),
                Block::Table(table) => {
                    table_no += 1;
                    for (row, row_no) in table.rows.iter().zip(1..) {
                        for cell in row {
                            truth.line_items.extend(
                                cell.truth
                                    .as_ref()
                                    .map(|item| line_item(item, &id, identity.stage, table_no, row_no)),
                            );
                            if let Some(record) = &cell.record {
                                truth.record(record, table_no, row_no, identity.year);
                            }
                        }
                    }
                    truth.rows_of_projects(table_no);
                }
                _ => {}
            }
        }
        truth
    }

    fn record(&mut self, record: &TruthRecord, table_no: i32, row_no: i32, year: i32) {
        let id = &self.document.document_id;
        match record {
            TruthRecord::Project(project) => {
                let mut project = Project::clone(project);
                project.document_id = Arc::clone(id);
                project.project_no = i32::try_from(self.projects.len() + 1).unwrap_or(i32::MAX);
                (project.table_no, project.row_no) = (table_no, row_no);
                self.projects.push(project);
            }
            TruthRecord::Indicator(indicator) => {
                let mut indicator = Indicator::clone(indicator);
                indicator.document_id = Arc::clone(id);
                indicator.project_no = i32::try_from(self.projects.len()).unwrap_or(i32::MAX);
                (indicator.table_no, indicator.row_no) = (table_no, row_no);
                self.indicators.push(indicator);
            }
            TruthRecord::Fact(told) => {
                let mut fact = fact(told, id, self.document.stage, year);
                (fact.table_no, fact.row_no) = (Some(table_no), Some(row_no));
                self.facts.push(fact);
            }
        }
    }

    /// The rows of a project table are projects, too.
    fn rows_of_projects(&mut self, table_no: i32) {
        let mut last_row = 0;
        for item in self.line_items.iter().filter(|item| item.table_no == table_no) {
            let is_project_row = item.form == Form::ProjectExpenditure && item.row_kind == RowKind::Item && item.row_no != last_row;
            if let Some(name) = item.project_name.as_ref().filter(|_| is_project_row) {
                last_row = item.row_no;
                let mut project = records::project(item.form, item.stage, name);
                project.document_id = Arc::clone(&item.document_id);
                project.project_no = i32::try_from(self.projects.len() + 1).unwrap_or(i32::MAX);
                (project.table_no, project.row_no, project.line) = (table_no, item.row_no, item.line);
                self.projects.push(project);
            }
        }
    }
}

fn line_item(item: &TruthItem, id: &SharedText, stage: Stage, table_no: i32, row_no: i32) -> LineItem {
    let key = &item.key;
    LineItem {
        document_id: Arc::clone(id),
        stage,
        form: key.form,
        side: key.side,
        row_kind: key.row_kind,
        classification: key.classification,
        account_code: key.account_code.clone(),
        parent_code: None,
        account_name: key.account_name.clone(),
        account_text: String::new(),
        counterpart_name: None,
        project_name: key.project_name.clone(),
        item: key.item,
        measure: item.measure,
        amount: item.amount,
        amount_text: item.amount_text.clone(),
        money_unit: Arc::from(if item.unit == MoneyUnit::WAN { "万元" } else { "元" }),
        column_header: Arc::from(""),
        table_no,
        row_no,
        line: i32::try_from(item.line).ok(),
        page: None,
        sheet: None,
    }
}

fn fact(told: &TruthFact, id: &SharedText, stage: Stage, year: i32) -> Fact {
    Fact {
        document_id: Arc::clone(id),
        stage,
        section: None,
        fact: told.fact.to_owned(),
        subject: told.subject.clone(),
        value: Some(Fixed(told.value)),
        value_text: told.value_text.clone(),
        unit: told.unit.to_owned(),
        fact_year: Some(year),
        comparison: told.is_change.then_some(Comparison::PriorYear),
        reason: told.reason.map(str::to_owned),
        source_text: String::new(),
        table_no: None,
        row_no: None,
        line: i32::try_from(told.line).ok(),
        page: None,
        sheet: None,
    }
}

/// Rows are written in groups of this many, so that memory doesn't follow the number of files.
const GROUP: usize = 64 << 10;

/// Writes the truth of many files into a directory, one Parquet file a table.
pub struct TruthWriter {
    documents: Sink<TruthDocument>,
    line_items: Sink<LineItem>,
    projects: Sink<Project>,
    indicators: Sink<Indicator>,
    facts: Sink<Fact>,
}

impl TruthWriter {
    /// Makes the directory and the files in it.
    pub fn create(directory: &Path) -> Result<Self, SynthError> {
        fs::create_dir_all(directory).map_err(|source| SynthError::Truth {
            path: directory.to_owned(),
            source: source.into(),
        })?;
        Ok(Self {
            documents: Sink::create(directory)?,
            line_items: Sink::create(directory)?,
            projects: Sink::create(directory)?,
            indicators: Sink::create(directory)?,
            facts: Sink::create(directory)?,
        })
    }

    /// Adds what is true of a file.
    pub fn add(&mut self, truth: &Truth) -> Result<(), SynthError> {
        self.documents.add(std::slice::from_ref(&truth.document))?;
        self.line_items.add(&truth.line_items)?;
        self.projects.add(&truth.projects)?;
        self.indicators.add(&truth.indicators)?;
        self.facts.add(&truth.facts)
    }

    /// Ends the files.
    pub fn finish(self) -> Result<(), SynthError> {
        self.documents.finish()?;
        self.line_items.finish()?;
        self.projects.finish()?;
        self.indicators.finish()?;
        self.facts.finish()
    }
}

/// A Parquet file under construction.
struct Sink<T: Table> {
    path: PathBuf,
    builder: T::Builder,
    writer: ArrowWriter<File>,
}

impl<T: Table> Sink<T> {
    fn create(directory: &Path) -> Result<Self, SynthError> {
        let path = directory.join(format!("{}.parquet", T::NAME));
        let failed = |source: ParquetError| SynthError::Truth {
            path: path.clone(),
            source,
        };
        let file = File::create(&path).map_err(|error| failed(error.into()))?;
        let level = ZstdLevel::try_new(1).map_err(failed)?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
        let writer = ArrowWriter::try_new(file, schema::<T>(), Some(properties)).map_err(failed)?;
        Ok(Self {
            builder: T::Builder::default(),
            writer,
            path,
        })
    }

    fn add(&mut self, rows: &[T]) -> Result<(), SynthError> {
        rows.iter().for_each(|row| self.builder.append(row));
        if self.builder.len() >= GROUP {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), SynthError> {
        let batch = self.builder.finish().map_err(ParquetError::from);
        let written = batch.and_then(|batch| self.writer.write(&batch)).and_then(|()| self.writer.flush());
        written.map_err(|source| SynthError::Truth {
            path: self.path.clone(),
            source,
        })
    }

    fn finish(mut self) -> Result<(), SynthError> {
        self.write()?;
        let path = self.path;
        self.writer.close().map(drop).map_err(|source| SynthError::Truth { path, source })
    }
}
