//! The indicators of a self-evaluation: name, target, adjusted target and actual value run into each other and end in weight and score.
//!
//! What must hold puts them together again: labels are known words, an adjusted target repeats the target as a rule, and figures end
//! each indicator.

use super::parted;
use super::{FormLine, words};
use crate::codes::{Category, Dimension, RejectCode};
use crate::config::performance::Performance;
use crate::document::Position;
use crate::extract::Notes;
use crate::extract::performance::FormContext;
use crate::extract::performance::indicator_rows::dimension_of;
use crate::extract::performance::stream::{Word, known_at};
use crate::extract::performance::target_value::{OPERATOR_SIGNS, parse};
use crate::tables::{Fixed, Indicator};
use crate::text::is_space;

/// Reads the indicators.
pub fn read(lines: &[FormLine], project: Option<&str>, context: &FormContext<'_, '_>, notes: &mut Notes) -> Vec<Indicator> {
    let words = words(lines);
    let labels = labels(&words, &context.config.performance);
    let mut indicators: Vec<Indicator> = Vec::new();
    let mut dimension: Option<(Dimension, String)> = None;
    let mut category: Option<(Category, String)> = None;
    let mut at = 0;
    // A row starts at its 二级指标 where one is printed for it.
    let mut row_start: Option<usize> = None;
    while at < words.len() {
        if let Some((label, length)) = &labels[at] {
            match label {
                Label::Dimension(found, text) => {
                    dimension = Some((*found, text.clone()));
                    category = None;
                }
                Label::Category(found, text) => {
                    category = Some((*found, text.clone()));
                    row_start = Some(at);
                }
            }
            at += length;
            continue;
        }
        let limit = (at..words.len()).find(|index| labels[*index].is_some()).unwrap_or(words.len());
        let found = parted::cells(&words[at..limit]).filter(|found| is_name(&found.cells.name));
        let Some(parted) = found else {
            // No indicator that could be told up to the next label: the rest of a reason, or a cut row.
            let is_other = |word: &Word<'_>| word.text.contains(OPERATOR_SIGNS) || is_page_number(word.text);
            let is_reason = is_name(words[at].text) && !words[at..limit].iter().any(is_other);
            match indicators.last_mut().filter(|last| is_reason && last.weight.is_some()) {
                Some(last) => append_reason(last, &words[at..limit]),
                None => notes.warn(
                    RejectCode::BadIndicator,
                    "text among the indicators that names none; it was left out".into(),
                    words[at].position,
                    Some(words[at].text),
                ),
            }
            at = limit;
            continue;
        };
        let start = &words[row_start.take().unwrap_or(at)];
        let printed = Printed {
            cells: parted.cells,
            position: start.position,
            row: start.row,
        };
        let mut indicator = record(printed, dimension.as_ref(), category.as_ref(), project, context, notes);
        let mut next = at + parted.length;
        // A reason on the same line; on the lines below only where no further indicator can be told before the next label.
        let same_line = words[next..limit].iter().take_while(|word| !word.first).count();
        append_reason(&mut indicator, &words[next..next + same_line]);
        next += same_line;
        let reason = match parted::cells(&words[next..limit]) {
            // A name has no full stop.
            Some(further) => (next..limit)
                .take(further.name_words)
                .rfind(|at| words[*at].text.ends_with('。'))
                .map_or(next, |at| at + 1),
            // Another indicator, or the number of a page and what stands at its head.
            None if words[next..limit]
                .iter()
                .any(|word| word.text.contains(OPERATOR_SIGNS) || is_page_number(word.text)) =>
            {
                next
            }
            None => limit,
        };
        append_reason(&mut indicator, &words[next..reason]);
        next = reason;
        indicators.push(indicator);
        at = next;
    }
    indicators
}

/// Whether a word is a page's number, or one of the dashes beside it.
fn is_page_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Whether a text can name an indicator: it is no target and no end of a label.
fn is_name(text: &str) -> bool {
    parse(text).value.is_none() && !text.starts_with("指标")
}

/// The cells of an indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Cells {
    /// 三级指标.
    pub name: String,
    /// 年初指标值.
    pub target: String,
    /// 调整后指标值.
    pub adjusted: String,
    /// 实际完成值.
    pub actual: String,
    /// 分值.
    pub weight: Option<Fixed<9, 4>>,
    /// 得分.
    pub score: Option<Fixed<9, 4>>,
}

/// An indicator as it is printed.
pub struct Printed {
    /// What its cells say.
    pub cells: Cells,
    /// Where its row starts.
    pub position: Position,
    /// Which row of the form, 1-based.
    pub row: i32,
}

/// An indicator's row.
pub fn record(
    printed: Printed,
    dimension: Option<&(Dimension, String)>,
    category: Option<&(Category, String)>,
    project: Option<&str>,
    context: &FormContext<'_, '_>,
    notes: &mut Notes,
) -> Indicator {
    let Printed { cells, position, row } = printed;
    let target = parse(&cells.target);
    let actual = parse(&cells.actual);
    if category.is_none() {
        notes.warn(
            RejectCode::BadIndicator,
            "an indicator under no category; its category is null".into(),
            position,
            Some(&cells.name),
        );
    }
    if let (Some(score), Some(weight)) = (cells.score, cells.weight)
        && score > weight
    {
        notes.warn(
            RejectCode::BadIndicator,
            "a score above its weight; both are loaded as printed".into(),
            position,
            Some(&cells.name),
        );
    }
    Indicator {
        dimension: category
            .map(|(category, _)| dimension_of(*category))
            .or(dimension.map(|(dimension, _)| *dimension)),
        category: category.map(|(category, _)| *category),
        dimension_text: dimension.map(|(_, text)| text.clone()),
        category_text: category.map(|(_, text)| text.clone()),
        indicator_name: cells.name,
        is_quantitative: target.value.is_some(),
        operator: target.operator,
        target_value: target.value,
        target_unit: target.unit,
        target_text: (!target.text.is_empty()).then_some(target.text),
        adjusted_text: (!cells.adjusted.is_empty()).then_some(cells.adjusted),
        actual_operator: actual.operator,
        actual_value: actual.value,
        actual_unit: actual.unit,
        actual_text: (!actual.text.is_empty()).then_some(actual.text),
        weight: cells.weight,
        score: cells.score,
        ..context.indicator(project, position, row)
    }
}

enum Label {
    Dimension(Dimension, String),
    Category(Category, String),
}

/// The labels that begin at each word, with the words that they take: at the beginning of a line, or behind another label.
fn labels(words: &[Word<'_>], performance: &Performance) -> Vec<Option<(Label, usize)>> {
    let mut ends = 0;
    // Whether what ended last is a 二级指标.
    let mut is_category = false;
    (0..words.len())
        .map(|at| {
            let is_behind = at > 0 && ends == at;
            let found = label_at(words, at, performance).filter(|_| words[at].first || is_behind);
            // 服务对象满意度 names an indicator, too: behind its label, or in front of a target.
            let found = found.filter(|(label, length)| match label {
                Label::Category(_, key) if !key.ends_with('标') => {
                    let next = words.get(at + length);
                    let has_target = next.is_some_and(|next| parse(next.text).value.is_some());
                    !(has_target || is_behind && is_category)
                }
                _ => true,
            });
            if let Some((label, length)) = &found {
                ends = at + length;
                is_category = matches!(label, Label::Category(..));
            }
            found
        })
        .collect()
}

/// A label that begins at a word; the longest that fits.
fn label_at(words: &[Word<'_>], at: usize, performance: &Performance) -> Option<(Label, usize)> {
    let starts = words[at].text.trim_start_matches(is_space);
    if !starts.starts_with(|first| performance.level_starts.has(first)) {
        return None;
    }
    let category = known_at(words, at, |key| performance.categories.exact(key));
    let dimension = known_at(words, at, |key| performance.dimensions.exact(key));
    match (category, dimension) {
        (Some(category), dimension) if dimension.as_ref().is_none_or(|other| other.words <= category.words) => {
            Some((Label::Category(category.meaning, category.key), category.words))
        }
        (_, Some(dimension)) => Some((Label::Dimension(dimension.meaning, dimension.key), dimension.words)),
        _ => None,
    }
}

fn append_reason(indicator: &mut Indicator, words: &[Word<'_>]) {
    if words.is_empty() {
        return;
    }
    let text: String = words.iter().map(|word| word.text).collect();
    indicator.deviation_reason.get_or_insert_default().push_str(&text);
}
