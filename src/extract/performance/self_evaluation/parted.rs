//! Words parted into the cells of one indicator: name, target, adjusted target, actual value, weight and score.

use super::indicators::Cells;
use super::number;
use crate::extract::performance::stream::Word;
use crate::extract::performance::target_value::{OPERATOR_SIGNS, find_operator, parse};

/// Most words that the cells of one indicator are made of.
const MOST_WORDS: usize = 40;

/// The cells of one indicator and how many words they take.
#[derive(Debug, Clone, PartialEq)]
pub struct Parted {
    /// The cells.
    pub cells: Cells,
    /// How many words its name takes.
    pub name_words: usize,
    /// All its words.
    pub length: usize,
}

/// Puts the words in front of the first weight together to four cells. A weight stands where the words before it make a target and the
/// same target again, or else where weight and score stand side by side.
pub fn cells(words: &[Word<'_>]) -> Option<Parted> {
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
    Some(Parted {
        cells: Cells {
            name,
            target,
            adjusted,
            actual,
            weight: is_number(at),
            score,
        },
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

#[cfg(test)]
mod tests {
    use super::super::{FormLine, words};
    use super::*;
    use crate::document::Position;

    fn cells_of(lines: &[&str]) -> Option<(String, String, String, String, usize)> {
        let lines: Vec<FormLine> = lines
            .iter()
            .map(|text| FormLine {
                text: (*text).to_owned(),
                position: Position::default(),
                row: 1,
            })
            .collect();
        cells(&words(&lines)).map(|Parted { cells, length, .. }| (cells.name, cells.target, cells.adjusted, cells.actual, length))
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
