//! Whose disclosure it is: city, year, department, unit, scope and stage, by weighed evidence.
//!
//! Independent places say the same thing: the cover, the captions and titles of the tables, 主管部门及代码 of the project forms. Each is a
//! [`Vote`] with a weight; the heaviest value wins, all votes are kept for `inspect`, and a close loser is a warning.

mod cover;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::codes::{Code, RejectCode, Scope, Stage};
use crate::config::{Config, KnownTitles};
use crate::document::{Block, Document, Position};
use crate::extraction::Partition;
use crate::recognise::{BodyName, Table, bodies};
use crate::text::{clean_name, compact, is_blank, is_year_digits, reads, without_layout_space};

use super::Notes;
use super::place::{Place, place_of};
use cover::Cover;

/// One piece of evidence.
#[derive(Debug, Clone, Serialize)]
pub struct Vote {
    /// What it speaks of: year, stage, scope, department, unit, city.
    pub field: &'static str,
    /// The value that it speaks for.
    pub value: String,
    /// How much it counts.
    pub weight: u32,
    /// Where it was found, in words.
    pub source: String,
    /// 1-based line, where known.
    pub line: Option<i32>,
}

/// Whose disclosure a document is.
#[derive(Debug, Clone, Serialize)]
pub struct Identity {
    /// Title as the cover prints it.
    pub title: Option<String>,
    /// Fiscal year.
    pub year: Option<i32>,
    /// Budget or final account.
    pub stage: Stage,
    /// Department or unit.
    pub scope: Scope,
    /// The level-one budget department (主管部门).
    pub department: Option<String>,
    /// Its code.
    pub department_code: Option<String>,
    /// The body whose figures are shown.
    pub unit: Option<String>,
    /// Where it is.
    pub place: Place,
    /// All evidence.
    pub votes: Vec<Vote>,
}

impl Identity {
    /// Where its rows are published.
    pub fn partition(&self) -> Partition {
        Partition {
            city: self.place.city.clone(),
            year: self.year,
            department: self.department.clone().or_else(|| self.unit.clone()),
        }
    }
}

/// What the text around the tables says, gathered before the blocks are turned into tables.
#[derive(Debug, Default)]
pub struct Frame {
    /// Lines of the cover.
    cover: Vec<(String, Position)>,
    /// Names of prefectures and counties in running text are looked for here when nothing else tells the place.
    prose: Vec<String>,
}

/// Most lines that a cover has.
const COVER_LINES: usize = 14;
/// How many lines of prose are kept to tell the place from.
const PROSE_LINES: usize = 40;

impl Frame {
    /// Looks at the beginning of a document.
    pub fn of(document: &Document<'_>, titles: &KnownTitles<'_>) -> Self {
        let mut frame = Self::default();
        let mut on_cover = true;
        for block in &document.blocks {
            let Block::Text(line) = block else {
                on_cover = false;
                continue;
            };
            let words = compact(&line.text);
            let ends_cover = matches!(words.as_ref(), "目录" | "目次")
                || words.starts_with("第一部分")
                || words.starts_with("一、")
                || on_cover && titles.by_title(&line.text).is_some();
            on_cover &= !ends_cover && frame.cover.len() < COVER_LINES && words.chars().count() < 60;
            if on_cover {
                frame.cover.push((line.text.trim().to_owned(), line.position));
            } else if frame.prose.len() < PROSE_LINES && words.chars().count() > 20 {
                let end = words.char_indices().nth(400).map_or(words.len(), |(at, _)| at);
                frame.prose.push(words[..end].to_owned());
            }
            if !on_cover && frame.prose.len() >= PROSE_LINES {
                break;
            }
        }
        frame
    }
}

/// A department in charge, as project forms name it: `083-大同市工业和信息化局[部门]`.
pub(super) fn competent_department(text: &str) -> Option<(String, String)> {
    let joined = without_layout_space(text);
    let digits = joined.bytes().take_while(u8::is_ascii_digit).count();
    let (code, rest) = joined.split_at(digits);
    let name = clean_name(rest.strip_prefix(['-', '－', '—', '–'])?);
    (digits >= 2 && name.chars().count() >= 2).then(|| (code.to_owned(), name))
}

/// The department that a unit belongs to, as the narrative says it: `…中心是…局所属事业单位`.
fn body_above(unit: &str, prose: &[String]) -> Option<String> {
    prose.iter().find_map(|line| {
        let rest = &line[line.find(unit)? + unit.len()..];
        let rest = ["是", "为", "系"].iter().find_map(|verb| rest.strip_prefix(verb))?;
        let end = ["所属", "下属", "直属", "归口管理", "管理的"]
            .iter()
            .filter_map(|word| rest.find(word))
            .min()?;
        let department = rest[..end].trim_end_matches('的');
        let is_a_name = (4..=30).contains(&department.chars().count()) && !department.contains(['，', '。', '、', '；', ',', ';']);
        is_a_name.then(|| clean_name(department))
    })
}

/// The departments in charge that the project forms among the tables name, with their lines.
fn competent_departments(tables: &[Table<'_, '_>]) -> Vec<(String, String, Position)> {
    let mut found = Vec::new();
    for table in tables {
        // The label and its value stand in one row, near the top of the form; a page break may have parted them from the rest.
        let mut rows = table.rows.iter();
        while let Some(row) = rows.next() {
            let mut cells = row.cells.iter().filter(|cell| !is_blank(cell));
            if !cells.next().is_some_and(|label| reads(label, "主管部门及代码")) {
                continue;
            }
            let Some(value) = cells.next() else { continue };
            let mut whole = value.to_string();
            if !whole.contains(']')
                && let Some(next) = rows.clone().next()
                && let Some(tail) = next.cells.iter().find(|cell| cell.contains(']'))
                && next.cells.first().is_some_and(|cell| is_blank(cell))
            {
                whole.push_str(tail);
            }
            if let Some((code, name)) = competent_department(&whole) {
                found.push((code, name, row.position));
            }
        }
    }
    found
}

/// Tells whose disclosure it is.
pub fn identify(frame: &Frame, tables: &[Table<'_, '_>], path: &str, config: &Config, notes: &mut Notes) -> Identity {
    let mut ballot = Ballot::default();
    let cover = Cover::read(frame, &config.divisions);
    let cover_line = frame.cover.first().and_then(|(_, position)| position.line_number());
    if let Some(cover) = &cover {
        ballot.cast("year", cover.year.map(|year| year.to_string()), 5, "cover", cover_line);
        ballot.cast("stage", cover.stage.map(|stage| stage.to_string()), 5, "cover", cover_line);
        ballot.cast("scope", cover.scope.map(|scope| scope.to_string()), 4, "cover", cover_line);
        ballot.cast("unit", cover.body.clone(), 3, "cover", cover_line);
        for body in &cover.labelled {
            // 主管部门 on the cover of a unit's disclosure is the body above it.
            let is_above = body.department == Some(true) && cover.scope == Some(Scope::Unit);
            let field = if is_above { "department" } else { "unit" };
            ballot.cast(field, Some(body.name.clone()), 3, "label on the cover", cover_line);
        }
    }
    for table in tables {
        let line = table.position.line_number();
        let source = format!("title of table {}", table.number);
        ballot.cast("year", table.year.map(|year| year.to_string()), 1, &source, line);
        ballot.cast("stage", table.stage.map(|stage| stage.to_string()), 1, &source, line);
        let source = format!("caption of table {}", table.number);
        if table.year.is_none() {
            ballot.cast("year", caption_year(&table.caption).map(|year| year.to_string()), 1, &source, line);
        }
        let named: Vec<BodyName> = bodies(&table.caption);
        if let Some(body) = named.first() {
            ballot.cast("unit", Some(body.name.clone()), 2, &source, line);
            let scope = match body.department {
                _ if body.marked => Some(Scope::Department),
                Some(true) => Some(Scope::Department),
                // 单位名称 is printed over departments too; the cover knows better.
                Some(false) if cover.as_ref().is_none_or(|cover| cover.scope.is_none()) => Some(Scope::Unit),
                _ => None,
            };
            ballot.cast("scope", scope.map(|scope| scope.to_string()), 1, &source, line);
        }
    }
    let competent = competent_departments(tables);
    for (code, name, position) in &competent {
        ballot.cast(
            "department",
            Some(name.clone()),
            3,
            &format!("主管部门及代码 {code}"),
            position.line_number(),
        );
    }
    let mut unit = ballot.winner("unit", None);
    if let Some(above) = unit.as_deref().and_then(|unit| body_above(unit, &frame.prose)) {
        let source = "the narrative says whose unit it is";
        ballot.cast("department", Some(above), 1, source, None);
        ballot.cast("scope", Some(Scope::Unit.to_string()), 20, source, None);
    }
    let in_charge = ballot.winner("department", None);
    if let (Some(unit), Some(department)) = (&unit, &in_charge)
        && unit != department
    {
        ballot.cast(
            "scope",
            Some(Scope::Unit.to_string()),
            2,
            "主管部门 is another body than the one whose figures are shown",
            None,
        );
    }
    let scope = if ballot.winner("scope", None).as_deref() == Some(Scope::Unit.code()) {
        Scope::Unit
    } else {
        Scope::Department
    };
    let department = match scope {
        Scope::Unit => in_charge.clone(),
        Scope::Department => {
            // The captions name the department itself; project forms name whoever is in charge of the project.
            for vote in ballot.votes_for("unit") {
                ballot.cast("department", Some(vote.value), vote.weight, &vote.source, vote.line);
            }
            ballot.winner("department", Some(notes))
        }
    };
    if scope == Scope::Department {
        unit = department.clone().or(unit);
    }
    if ballot.votes_for("year").is_empty() {
        ballot.cast("year", year_of_path(path), 1, "path", None);
    }
    let year = ballot.winner("year", Some(notes)).and_then(|year| year.parse().ok());
    let stage = ballot.winner("stage", Some(notes)).and_then(|stage| stage.parse().ok());
    let department_code = competent
        .iter()
        .find(|(_, name, _)| Some(name) == department.as_ref())
        .map(|(code, ..)| code.clone());
    let names: Vec<&str> = department
        .as_deref()
        .into_iter()
        .chain(unit.as_deref())
        .chain(competent.iter().map(|(_, name, _)| name.as_str()))
        .collect();
    let place = place_of(&names, &frame.prose, path, &config.divisions, &mut ballot);
    let identity = Identity {
        title: cover.map(|cover| cover.title),
        year,
        stage: stage.unwrap_or(Stage::Budget),
        scope,
        department,
        department_code,
        unit,
        place,
        votes: ballot.votes,
    };
    warn_of_gaps(&identity, stage, notes);
    identity
}

fn warn_of_gaps(identity: &Identity, stage: Option<Stage>, notes: &mut Notes) {
    let nowhere = Position::default();
    if identity.year.is_none() {
        notes.warn(
            RejectCode::MissingYear,
            "neither cover nor titles nor captions tell the fiscal year; the rows stand in the default partition".into(),
            nowhere,
            None,
        );
    }
    if identity.place.city.is_none() {
        notes.warn(
            RejectCode::MissingCity,
            "no administrative division begins the body's name, and none is named around it; the rows stand in the default partition"
                .into(),
            nowhere,
            None,
        );
    }
    if stage.is_none() {
        notes.warn(
            RejectCode::MissingStage,
            "nothing says whether this is a budget or a final account; budget was taken".into(),
            nowhere,
            None,
        );
    }
    match (&identity.department, &identity.unit) {
        (None, Some(unit)) => notes.warn(
            RejectCode::MissingDepartment,
            format!("a unit's disclosure that names no department stands under the unit's own name {unit}"),
            nowhere,
            None,
        ),
        (None, None) => notes.warn(
            RejectCode::NoBody,
            "neither cover nor captions name the body; the rows stand in the default partition".into(),
            nowhere,
            None,
        ),
        _ => {}
    }
}

/// The last fiscal year that a path names on its own (`2023/大同市/档案局.txt`).
pub fn year_of_path(path: &str) -> Option<String> {
    let digits = path.rsplit(|c: char| !c.is_ascii_digit());
    digits
        .into_iter()
        .find(|digits| is_year_digits(digits.as_bytes()))
        .map(str::to_owned)
}

/// A year in a caption (`2023年度`, 预算年度：2024).
fn caption_year(lines: &[String]) -> Option<i32> {
    lines.iter().filter(|line| line.len() < 200).find_map(|line| {
        let words = compact(line);
        let bytes = words.as_bytes();
        (0..bytes.len().saturating_sub(3))
            .find(|at| {
                words.is_char_boundary(*at)
                    && is_year_digits(&bytes[*at..at + 4])
                    && (words[at + 4..].starts_with('年') || words[..*at].ends_with(':'))
                    && !(*at > 0 && bytes[at - 1].is_ascii_digit())
            })
            .and_then(|at| words[at..at + 4].parse().ok())
    })
}

/// Collects votes.
#[derive(Default)]
pub struct Ballot {
    votes: Vec<Vote>,
}

impl Ballot {
    /// Adds a vote where there is a value.
    pub fn cast(&mut self, field: &'static str, value: Option<String>, weight: u32, source: &str, line: Option<i32>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.votes.push(Vote {
                field,
                value,
                weight,
                source: source.to_owned(),
                line,
            });
        }
    }

    fn votes_for(&self, field: &str) -> Vec<Vote> {
        self.votes.iter().filter(|vote| vote.field == field).cloned().collect()
    }

    /// The value with the greatest weight; among equals the one that was named first. A close second is a note.
    fn winner(&self, field: &str, notes: Option<&mut Notes>) -> Option<String> {
        let mut weights: BTreeMap<&str, (u32, usize)> = BTreeMap::new();
        for (order, vote) in self.votes.iter().enumerate().filter(|(_, vote)| vote.field == field) {
            weights.entry(&vote.value).or_insert((0, order)).0 += vote.weight;
        }
        let mut ranked: Vec<(&str, u32, usize)> = weights.into_iter().map(|(value, (weight, order))| (value, weight, order)).collect();
        ranked.sort_by_key(|(_, weight, order)| (std::cmp::Reverse(*weight), *order));
        let (winner, weight, _) = ranked.first()?;
        if let (Some(notes), Some((second, lighter, _))) = (notes, ranked.get(1))
            && lighter * 2 > *weight
        {
            notes.warn(
                RejectCode::IdentityConflict,
                format!(
                    "the evidence for the {field} disagrees: {winner} (weight {weight}) was taken, {second} (weight {lighter}) was not"
                ),
                Position::default(),
                None,
            );
        }
        Some((*winner).to_owned())
    }
}
