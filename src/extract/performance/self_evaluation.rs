//! 项目支出绩效自评表: in cells ([`cells`]), or in lines of text whose cells are gone and whose names wrap to two or three characters a line.

mod analysis;
mod cells;
mod funding_lines;
mod indicators;
mod lost_cells;
mod parted;

use super::FormContext;
use super::stream::{Word, between_goals, cell, known_at, words_of};
use crate::codes::RejectCode;
use crate::config::performance::Field;
use crate::document::Position;
use crate::extract::Notes;
use crate::extract::identity::competent_department;
use crate::extract::personal::{masked, parts as parts_of_foot};
use crate::recognise::Table;
use crate::tables::{Fixed, Indicator, LineItem, Project};
use crate::text::{clean_name, compact, without_wraps};

pub use lost_cells::{funding, has_lost_cells};

/// A line of the form.
#[derive(Debug, Clone)]
pub struct FormLine {
    /// As printed.
    pub text: String,
    /// Where.
    pub position: Position,
    /// Which line of the form, 1-based.
    pub row: i32,
}

/// The parts of a form, as ranges of its lines.
struct Parts {
    funding: std::ops::Range<usize>,
    goals: std::ops::Range<usize>,
    indicators: std::ops::Range<usize>,
    analysis: std::ops::Range<usize>,
}

/// Over how many lines the header of the indicators wraps at most.
const MOST_HEADER_LINES: usize = 30;

/// Reads one form.
pub fn read(table: &Table<'_, '_>, context: &FormContext<'_, '_>, notes: &mut Notes) -> Option<(Project, Vec<Indicator>, Vec<LineItem>)> {
    if cells::keeps_cells(table) {
        return Some(cells::read(table, context, notes));
    }
    let mut persons = Vec::new();
    let lines: Vec<FormLine> = table
        .rows
        .iter()
        .zip(1i32..)
        .map(|(row, number)| FormLine {
            text: without_persons(row.cells.join(" "), context, &mut persons),
            position: row.position,
            row: number,
        })
        .collect();
    let Some(parts) = parts(&lines) else {
        notes.warn(
            RejectCode::IncompleteForm,
            "a self-evaluation without its indicators or total; it was left out".into(),
            table.position,
            table.title.as_deref(),
        );
        return None;
    };
    let mut project = context.project(lines.first().map_or(table.position, |line| line.position), 1);
    fields(&lines[..parts.funding.start], &mut project, context);
    for (field, value) in persons {
        project_field(&mut project, field, value, context);
    }
    let name = project.project_name.clone();
    let funding = funding_lines::read(&lines[parts.funding.clone()], table, &mut project, context, notes);
    if !goals(&lines[parts.goals.clone()], &mut project) {
        notes.warn(
            RejectCode::LostCells,
            "a self-evaluation in lines of text; where its goal ends and what was reached begins could not be told, so both were left out"
                .into(),
            lines[parts.goals.start].position,
            name.as_deref(),
        );
    }
    let indicators = indicators::read(&lines[parts.indicators.clone()], name.as_deref(), context, notes);
    if let Some(total) = lines.get(parts.indicators.end) {
        total_and_grade(&total.text, &mut project);
    }
    analysis::read(&lines[parts.analysis.clone()], &mut project, &context.config.performance);
    Some((project, indicators, funding))
}

/// Finds the parts by the words that head them.
fn parts(lines: &[FormLine]) -> Option<Parts> {
    let find = |from: usize, is: &dyn Fn(&str) -> bool| (from..lines.len()).find(|index| is(&compact(&lines[*index].text)));
    let head = find(0, &|words| words.starts_with("项目资金") || words.starts_with("年初预算数"))?;
    let goals = find(head, &|words| words.contains("年度目标") && words.contains("实际完成"))?;
    let header = find(goals, &|words| words.starts_with("一级指") || words.starts_with("绩效指标一级指"))?;
    // The last of its words may wrap.
    let header_end = (header..lines.len().min(header + MOST_HEADER_LINES)).find(|end| {
        let words: String = lines[header..=*end].iter().map(|line| compact(&line.text)).collect();
        words.contains("改进措施")
    });
    let header_end = header_end.unwrap_or(header) + 1;
    let total = find(header_end, &|words| words.starts_with("总分"))?;
    // 绩/效/指/标 stands down the side of the table, above its header.
    let aside = |index: &usize| matches!(compact(&lines[*index].text).as_ref(), "绩" | "效" | "指" | "标");
    let goals_end = (goals + 1..header).rev().take_while(aside).last().unwrap_or(header);
    Some(Parts {
        funding: head..goals,
        goals: goals + 1..goals_end,
        indicators: header_end..total,
        analysis: total + 1..lines.len(),
    })
}

/// 项目名称, 主管部门及代码, 预算单位: labels with their values behind them.
fn fields(lines: &[FormLine], project: &mut Project, context: &FormContext<'_, '_>) {
    let words = words(lines);
    let mut values: Vec<(Field, String)> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if let Some(label) = known_at(&words, at, |key| context.config.performance.fields.exact(key)) {
            values.push((label.meaning, String::new()));
            at += label.words;
            continue;
        }
        if let Some((_, value)) = values.last_mut() {
            value.push_str(word.text);
        }
        at += 1;
    }
    for (field, value) in values {
        project_field(project, field, value, context);
    }
}

/// Sets what a field says.
fn project_field(project: &mut Project, field: Field, value: String, context: &FormContext<'_, '_>) {
    let persons = context.config.settings.personal_data.load;
    match field {
        Field::ProjectName => project.project_name = Some(clean_name(&value)),
        Field::CompetentDepartment => {
            if let Some((code, name)) = competent_department(&value) {
                project.competent_department_code = Some(code);
                project.competent_department = Some(name);
            } else {
                project.competent_department = Some(clean_name(&value));
            }
        }
        Field::ImplementingUnit => {
            let unit = competent_department(&value).map_or(value, |(_, name)| name);
            project.implementing_unit = Some(clean_name(&unit));
        }
        Field::PersonInCharge if persons => project.person_in_charge = Some(value),
        Field::PersonHandling if persons => project.person_handling = Some(value),
        Field::Telephone if persons => project.telephone = Some(value),
        _ => {}
    }
}

/// A line without the names and telephone numbers of persons; a line of nothing else is empty.
fn without_persons(line: String, context: &FormContext<'_, '_>, persons: &mut Vec<(Field, String)>) -> String {
    let words = &context.config.performance;
    let (before, parts) = parts_of_foot(&line, words);
    if !parts.iter().any(|part| part.field.is_person()) {
        return line;
    }
    if !before.trim().is_empty() {
        return masked(&line, words).into_owned();
    }
    let filled = parts.iter().map(|part| (part.field, without_wraps(part.value).into_owned()));
    persons.extend(filled.filter(|(_, value)| !value.is_empty()));
    String::new()
}

/// Two texts side by side, one behind the other in reading order. `false` where it cannot be told where the first ends: they share a line
/// there, or a sentence ends at the end of a line, or a line is not full.
fn goals(lines: &[FormLine], project: &mut Project) -> bool {
    let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let words = words(lines);
    let widest = words.iter().map(|word| width(word.text)).max().unwrap_or(0);
    let is_end = |at: &usize| {
        let before = words[at - 1].text;
        before.ends_with(['。', '；']) || width(before) + 2 < widest && !before.ends_with(['，', '、', ','])
    };
    let Some(middle) = between_goals(&words).or_else(|| (1..words.len()).find(is_end)) else {
        return words.is_empty();
    };
    let text = |words: &[Word<'_>]| (!words.is_empty()).then(|| without_wraps(&cell(words)).into_owned());
    project.annual_goal = text(&words[..middle]);
    project.completion = text(&words[middle..]);
    true
}

/// The words of lines.
fn words(lines: &[FormLine]) -> Vec<Word<'_>> {
    lines
        .iter()
        .flat_map(|line| words_of(&line.text, line.position, line.row))
        .collect()
}

/// `总 分 99.81 优`.
fn total_and_grade(line: &str, project: &mut Project) {
    for word in line.split_whitespace() {
        if let Some(score) = number(word) {
            project.total_score = Some(score);
        } else if matches!(word, "优" | "良" | "中" | "差") {
            project.grade = Some(word.to_owned());
        }
    }
}

/// A bare number.
fn number<const P: u8, const S: i8>(word: &str) -> Option<Fixed<P, S>> {
    if !word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return None;
    }
    let plain: String = word.chars().filter(|c| *c != ',').collect();
    rust_decimal::Decimal::from_str_exact(&plain).ok().and_then(Fixed::exact)
}
