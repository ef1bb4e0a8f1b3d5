//! The indicators of a self-evaluation: name, target, adjusted target and actual value run into each other and end in weight and score.
//!
//! What must hold puts them together again: labels are known words, an adjusted target repeats the target as a rule, and figures end
//! each indicator.

use super::{FormLine, number, words};
use crate::codes::{Category, Dimension, RejectCode};
use crate::config::performance::Performance;
use crate::document::Position;
use crate::extract::Notes;
use crate::extract::performance::FormContext;
use crate::extract::performance::indicator_rows::dimension_of;
use crate::extract::performance::stream::{Word, known_at};
use crate::extract::performance::target_value::{OPERATOR_SIGNS, find_operator, parse};
use crate::tables::{Fixed, Indicator};
use crate::text::is_space;

/// Most words that the cells of one indicator are made of.
const MOST_WORDS: usize = 40;

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
        let found = cells(&words[at..limit]).filter(|cells| is_name(&cells.name));
        let Some(cells) = found else {
            // No indicator that could be told up to the next label: the rest of a reason, or a cut row.
            let is_reason = is_name(words[at].text) && !words[at..limit].iter().any(|word| word.text.contains(OPERATOR_SIGNS));
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
            name: cells.name,
            target: cells.target,
            adjusted: cells.adjusted,
            actual: cells.actual,
            weight: cells.weight,
            score: cells.score,
            position: start.position,
            row: start.row,
        };
        let mut indicator = record(printed, dimension.as_ref(), category.as_ref(), project, context, notes);
        let mut next = at + cells.length;
        // A reason on the same line; on the lines below only where no further indicator can be told before the next label.
        let same_line = words[next..limit].iter().take_while(|word| !word.first).count();
        append_reason(&mut indicator, &words[next..next + same_line]);
        next += same_line;
        let reason = match self::cells(&words[next..limit]) {
            // A name has no full stop.
            Some(further) => (next..limit)
                .take(further.name_words)
                .rfind(|at| words[*at].text.ends_with('。'))
                .map_or(next, |at| at + 1),
            None if words[next..limit].iter().any(|word| word.text.contains(OPERATOR_SIGNS)) => next,
            None => limit,
        };
        append_reason(&mut indicator, &words[next..reason]);
        next = reason;
        indicators.push(indicator);
        at = next;
    }
    indicators
}

/// Whether a text can name an indicator: it is no target and no end of a label.
fn is_name(text: &str) -> bool {
    parse(text).value.is_none() && !text.starts_with("指标")
}

/// The cells of an indicator.
pub struct Printed {
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
    let target = parse(&printed.target);
    let actual = parse(&printed.actual);
    if category.is_none() {
        notes.warn(
            RejectCode::BadIndicator,
            "an indicator under no category; its category is null".into(),
            printed.position,
            Some(&printed.name),
        );
    }
    if let (Some(score), Some(weight)) = (printed.score, printed.weight)
        && score > weight
    {
        notes.warn(
            RejectCode::BadIndicator,
            "a score above its weight; both are loaded as printed".into(),
            printed.position,
            Some(&printed.name),
        );
    }
    Indicator {
        dimension: category
            .map(|(category, _)| dimension_of(*category))
            .or(dimension.map(|(dimension, _)| *dimension)),
        category: category.map(|(category, _)| *category),
        dimension_text: dimension.map(|(_, text)| text.clone()),
        category_text: category.map(|(_, text)| text.clone()),
        indicator_name: printed.name,
        is_quantitative: target.value.is_some(),
        operator: target.operator,
        target_value: target.value,
        target_unit: target.unit,
        target_text: (!target.text.is_empty()).then_some(target.text),
        adjusted_text: (!printed.adjusted.is_empty()).then_some(printed.adjusted),
        actual_operator: actual.operator,
        actual_value: actual.value,
        actual_unit: actual.unit,
        actual_text: (!actual.text.is_empty()).then_some(actual.text),
        weight: printed.weight,
        score: printed.score,
        ..context.indicator(project, printed.position, printed.row)
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

/// The cells of one indicator and how many words they take.
#[derive(Debug, Clone, PartialEq)]
struct Cells {
    name: String,
    target: String,
    adjusted: String,
    actual: String,
    weight: Option<Fixed<9, 4>>,
    score: Option<Fixed<9, 4>>,
    /// How many words its name takes, and all of it.
    name_words: usize,
    length: usize,
}

/// Puts the words in front of the first weight together to four cells. A weight stands where the words before it make a target and the
/// same target again, or else where weight and score stand side by side.
fn cells(words: &[Word<'_>]) -> Option<Cells> {
    let is_number = |index: usize| words.get(index).and_then(|word| number::<9, 4>(word.text));
    // A number behind a bare operator is that of a value.
    let bare = |word: &Word<'_>| find_operator(word.text).is_some() && word.text.chars().count() == 1;
    // So is one in front of what ends a date or is its unit, which some converters part from it.
    let has_unit = |index: usize| {
        words.get(index + 1).is_some_and(|next| {
            let is_alone = !next.first && is_number(index + 1).is_none() && next.text.chars().count() == 1;
            is_alone || next.text.starts_with(['日', '月', '年'])
        })
    };
    let candidates: Vec<usize> = (3..words.len().min(MOST_WORDS))
        .filter(|index| is_number(*index).is_some() && !bare(&words[index - 1]) && !has_unit(*index))
        .collect();
    let repeated = candidates.iter().copied().find_map(|at| {
        split(&words[..at])
            .filter(|split| split.repeats && split.is_whole())
            .map(|split| (at, split))
    });
    let pair = || {
        let at = candidates
            .iter()
            .copied()
            .find(|at| !words[at + 1..].is_empty() && !words[at + 1].first && is_number(at + 1).is_some())?;
        split(&words[..at]).filter(Split::is_whole).map(|split| (at, split))
    };
    let (at, split) = repeated.or_else(pair)?;
    let [name, target, adjusted, actual] = split.cells;
    let score = words.get(at + 1).filter(|word| !word.first).and_then(|_| is_number(at + 1));
    let length = at + 1 + usize::from(score.is_some());
    Some(Cells {
        name,
        target,
        adjusted,
        actual,
        weight: is_number(at),
        score,
        name_words: split.name_words,
        length,
    })
}

/// Words parted into name, target, adjusted target and actual value.
struct Split {
    cells: [String; 4],
    /// How many words are the name's.
    name_words: usize,
    /// Whether the target is repeated.
    repeats: bool,
}

impl Split {
    /// Whether no cell is in another's place: a name has no operator, and where targets have one or a unit, the actual value is no bare number.
    fn is_whole(&self) -> bool {
        let [name, target, _, actual] = &self.cells;
        let target = parse(target);
        let has_unit = target.operator.is_some() || target.unit.is_some();
        let actual = parse(actual);
        let is_bare = actual.value.is_some() && actual.operator.is_none() && actual.unit.is_none();
        find_operator(name).is_none() && !(has_unit && is_bare)
    }
}

/// The best way to part words.
fn split(words: &[Word<'_>]) -> Option<Split> {
    let count = words.len();
    let row = Row::of(words);
    let mut best: Option<(i32, [usize; 3])> = None;
    for first in 1..count.saturating_sub(2) {
        for second in first + 1..count - 1 {
            for third in second + 1..count {
                let score = row.quality([first, second, third]);
                if best.is_none_or(|(most, _)| score > most) {
                    best = Some((score, [first, second, third]));
                }
            }
        }
    }
    let (_, [first, second, third]) = best?;
    let cells = [(0, first), (first, second), (second, third), (third, count)].map(|(from, to)| row.text(from, to).to_owned());
    Some(Split {
        repeats: cells[1] == cells[2],
        cells,
        name_words: first,
    })
}

/// Words in a row, ready to be parted anywhere.
struct Row {
    joined: String,
    /// Where each word begins, and the end.
    starts: Vec<usize>,
    /// How many operators stand in front of each word, and in all.
    operators: Vec<usize>,
    /// Whether each word begins with an operator.
    bounded: Vec<bool>,
}

impl Row {
    fn of(words: &[Word<'_>]) -> Self {
        let mut row = Self {
            joined: String::new(),
            starts: vec![0],
            operators: vec![0],
            bounded: Vec::with_capacity(words.len()),
        };
        let mut operators = 0;
        for word in words {
            row.joined.push_str(word.text);
            row.starts.push(row.joined.len());
            operators += word.text.matches(OPERATOR_SIGNS).count();
            row.operators.push(operators);
            row.bounded.push(word.text.starts_with(OPERATOR_SIGNS));
        }
        row
    }

    fn text(&self, from: usize, to: usize) -> &str {
        &self.joined[self.starts[from]..self.starts[to]]
    }

    /// How well the four texts that begin at word 0 and at `bounds` fit their cells.
    fn quality(&self, [first, second, third]: [usize; 3]) -> i32 {
        let end = self.bounded.len();
        let operators = |from: usize, to: usize| self.operators[to] - self.operators[from];
        let (target, adjusted, actual) = (self.text(first, second), self.text(second, third), self.text(third, end));
        let mut score = 0;
        if target == adjusted {
            score += 100;
        }
        if operators(0, first) == 0 {
            score += 20;
        }
        if self.bounded[first] == self.bounded[second] && (self.bounded[third] || actual.starts_with("达成") || actual == target) {
            score += 10;
        }
        if self.bounded[third] || operators(third, end) == 0 {
            score += 5;
        }
        // A cell that begins with an operator holds one operator and no other cell's.
        if operators(first, second) <= 1 && operators(second, third) <= 1 && operators(third, end) <= 1 {
            score += 5;
        }
        score
    }
}

fn append_reason(indicator: &mut Indicator, words: &[Word<'_>]) {
    if words.is_empty() {
        return;
    }
    let text: String = words.iter().map(|word| word.text).collect();
    indicator.deviation_reason.get_or_insert_default().push_str(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells_of(lines: &[&str]) -> Option<(String, String, String, String, usize)> {
        let lines: Vec<FormLine> = lines
            .iter()
            .map(|text| FormLine {
                text: (*text).to_owned(),
                position: Position::default(),
                row: 1,
            })
            .collect();
        cells(&words(&lines)).map(|cells| (cells.name, cells.target, cells.adjusted, cells.actual, cells.length))
    }

    fn expected(name: &str, target: &str, adjusted: &str, actual: &str, length: usize) -> Option<(String, String, String, String, usize)> {
        Some((name.to_owned(), target.to_owned(), adjusted.to_owned(), actual.to_owned(), length))
    }

    #[test]
    fn wrapped_cells_are_put_together() {
        assert_eq!(
            cells_of(&["培训人", "数", "＝2", "人", "＝2人 ＝2人 20 20"]),
            expected("培训人数", "＝2人", "＝2人", "＝2人", 8)
        );
        assert_eq!(
            cells_of(&["拨付资", "金", "及时", "拨付", "及时拨", "付", "达成预期", "指标", "10 10"]),
            expected("拨付资金", "及时拨付", "及时拨付", "达成预期指标", 10)
        );
        assert_eq!(
            cells_of(&["项目成本", "＝", "5.49", "万元", "＝5.49万", "元", "＝5.49万", "元", "10 10"]),
            expected("项目成本", "＝5.49万元", "＝5.49万元", "＝5.49万元", 10)
        );
        assert_eq!(
            cells_of(&["单位成本", "≦7元/吨 ≦7元/吨 ≦0元/吨 5 原因"]),
            expected("单位成本", "≦7元/吨", "≦7元/吨", "≦0元/吨", 5)
        );
        assert_eq!(
            cells_of(&["单位成本", "≤7元/吨 ≤7元/吨 ≤0元/吨 5 原因"]),
            expected("单位成本", "≤7元/吨", "≤7元/吨", "≤0元/吨", 5)
        );
    }
}
