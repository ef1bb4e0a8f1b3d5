//! The indicator rows of a performance target form: cells that span rows are printed once, and page breaks cut rows and words.

use std::borrow::Cow;

use super::filled_cells::Filled;
use super::target_value::{TargetValue, parse, part_name};
use crate::codes::{Category, Dimension, Horizon};
use crate::config::performance::{Performance, label_key};
use crate::document::{GridRow, Position};
use crate::text::is_space;

/// An indicator as it is printed.
#[derive(Debug, Clone)]
pub struct PrintedIndicator {
    /// Which of the two targets.
    pub horizon: Horizon,
    /// 二级指标, by what is printed or continues.
    pub category: Option<Category>,
    /// 一级指标.
    pub dimension: Option<Dimension>,
    /// As printed.
    pub category_text: Option<String>,
    /// As printed.
    pub dimension_text: Option<String>,
    /// 三级指标.
    pub name: String,
    /// 指标值.
    pub target: TargetValue,
    /// Where its row starts.
    pub position: Position,
    /// Which body row, 1-based.
    pub row: i32,
}

/// The 一级指标 that a 二级指标 belongs to.
pub fn dimension_of(category: Category) -> Dimension {
    match category {
        Category::Quantity | Category::Quality | Category::Timeliness | Category::Cost => Dimension::Output,
        Category::Economic | Category::Social | Category::Ecological | Category::Sustainability => Dimension::Benefit,
        Category::ServiceSatisfaction => Dimension::Satisfaction,
    }
}

/// Reads indicator rows one after the other.
pub struct IndicatorRows<'c> {
    words: &'c Performance,
    /// The 二级指标 that holds on each side until another is printed.
    category: [Option<(Category, String)>; 2],
    dimension: Option<(Dimension, String)>,
    /// Where the right half begins by the header: at the second 二级指标. A form with one half is of the year.
    right: usize,
    /// Where a third half begins, of which nothing is loaded.
    third: usize,
    /// The columns of the 二级指标.
    second: Vec<usize>,
    /// Whether there is but one half.
    single: bool,
    /// Whether every cell stands in the column of its header; many sources collapse columns.
    keeps_columns: bool,
    /// Indicators of the last row, by side, to put the rest of a cut row behind.
    last: [Option<usize>; 2],
    /// All indicators read so far.
    pub indicators: Vec<PrintedIndicator>,
    /// Rows that hold text but no indicator that could be told, and what it is.
    pub odd: Vec<(Position, String)>,
}

impl<'c> IndicatorRows<'c> {
    /// Begins below a header row.
    pub fn new(words: &'c Performance, header: &GridRow<'_>, keeps_columns: bool) -> Self {
        let second: Vec<usize> = (0..header.cells.len())
            .filter(|column| label_key(&header.cells[*column]) == "二级指标")
            .collect();
        let single = second.len() == 1;
        Self {
            words,
            category: [None, None],
            dimension: None,
            right: match second.get(1) {
                Some(column) => *column,
                None if single => usize::MAX,
                None => header.cells.len() / 2 + 1,
            },
            third: second.get(2).copied().unwrap_or(usize::MAX),
            second,
            single,
            keeps_columns,
            last: [None, None],
            indicators: Vec::new(),
            odd: Vec::new(),
        }
    }

    /// Whether the form has but one half, which is of the year.
    pub fn is_single(&self) -> bool {
        self.single
    }

    /// Whether a row is the header of the indicators.
    pub fn is_header(row: &GridRow<'_>) -> bool {
        row.cells
            .iter()
            .filter(|cell| cell.trim_start_matches(is_space).starts_with(['一', '二', '三', '指']))
            .filter(|cell| matches!(label_key(cell).as_ref(), "一级指标" | "二级指标" | "三级指标" | "指标值"))
            .count()
            >= 3
    }

    /// Reads the cells of a row.
    pub fn row(&mut self, mut cells: Vec<Filled<'_>>, position: Position, number: i32) {
        cells.retain(|cell| cell.key != "绩效指标");
        if cells.is_empty() {
            return;
        }
        let beyond: String = cells
            .extract_if(.., |cell| cell.column >= self.third)
            .flat_map(|cell| [cell.text, Cow::Borrowed(" ")])
            .collect();
        if !beyond.is_empty() {
            self.odd.push((position, beyond));
        }
        let split = if self.keeps_columns {
            self.dimension_in_column(&mut cells);
            cells.partition_point(|cell| cell.column < self.right)
        } else {
            if self.is_rest_of_row(&cells) {
                return self.rest(&cells);
            }
            self.take_dimension(&mut cells);
            if cells.is_empty() {
                self.odd.push((position, String::new()));
            }
            self.split(&cells)
        };
        let (left, right) = cells.split_at(split);
        self.last = [None, None];
        self.half(0, left, position, number);
        self.half(1, right, position, number);
    }

    fn category_of(&self, key: &str) -> Option<Category> {
        self.words.categories.cut_off(key).or_else(|| {
            // 服务对象满意度指: cut off within the longer of two names.
            (key.chars().count() >= 4)
                .then(|| {
                    self.words
                        .categories
                        .iter()
                        .find(|(word, _)| word.starts_with(key))
                        .map(|(_, category)| *category)
                })
                .flatten()
        })
    }

    fn dimension_of_cell(&self, key: &str) -> Option<Dimension> {
        self.words.dimensions.cut_off(key)
    }

    /// The 一级指标 in the column in front of the 二级指标.
    fn dimension_in_column(&mut self, cells: &mut Vec<Filled<'_>>) {
        let is_in_front = |cell: &Filled<'_>| self.second.first().is_some_and(|second| cell.column < *second);
        if !cells.first().is_some_and(is_in_front) {
            return;
        }
        let first = cells.remove(0);
        let dimension = self.words.dimensions.exact(&first.key);
        let Some(dimension) = dimension.or_else(|| self.words.categories.exact(&first.key).map(dimension_of)) else {
            return;
        };
        self.dimension = Some((dimension, first.text.to_string()));
        self.category = [None, None];
    }

    /// The first cell is the 一级指标 where a 二级指标 follows it.
    fn take_dimension(&mut self, cells: &mut Vec<Filled<'_>>) {
        let Some(first) = cells.first() else { return };
        // 成本指标 is a 一级指标, too, over 经济成本指标 and its like.
        let exact = |index: usize| cells.get(index).and_then(|cell| self.words.categories.exact(&cell.key));
        if let Some(category) = exact(0).filter(|category| exact(1) == Some(*category))
            && cells[1].key.ends_with('标')
            && cells[0].key != cells[1].key
        {
            self.dimension = Some((dimension_of(category), first.text.to_string()));
            self.category = [None, None];
            cells.remove(0);
            return;
        }
        let followed_by_category = cells.get(1).is_some_and(|next| self.category_of(&next.key).is_some());
        let is_category = self.words.categories.exact(&first.key).is_some();
        if let Some(dimension) = self.dimension_of_cell(&first.key).filter(|_| followed_by_category && !is_category) {
            self.dimension = Some((dimension, first.text.to_string()));
            self.category = [None, None];
            cells.remove(0);
            // A second label of the same level that the source printed twice.
            while cells.len() > 1 && cells[0].key == cells[1].key && self.words.categories.exact(&cells[0].key).is_some() {
                cells.remove(0);
            }
        } else if cells.len() > 1 && cells[0].key == cells[1].key && is_category {
            cells.remove(0);
        }
    }

    /// The 二级指标 that a cell prints; 满意度指标 stands for its only one.
    fn label(&self, key: &str) -> Option<Category> {
        self.category_of(key)
            .or_else(|| (self.dimension_of_cell(key) == Some(Dimension::Satisfaction)).then_some(Category::ServiceSatisfaction))
    }

    /// How many cells of a row are those of the first target.
    fn split(&self, cells: &[Filled<'_>]) -> usize {
        // 满意 is what is aimed at, and the beginning of a label only by its letters.
        let is_target = |cell: &Filled<'_>| self.is_target_word(&cell.text);
        let label = |index: usize| {
            cells
                .get(index)
                .filter(|cell| !is_target(cell))
                .and_then(|cell| self.label(&cell.key))
        };
        // The usual: 二级, 三级, 值 twice; a name may read like a label (服务对象满意度).
        let split = if self.single {
            Some(cells.len())
        } else if cells.len() == 6 && label(0).is_some() && label(3).is_some() {
            Some(3)
        } else if let Some(first) = label(0) {
            // The second label is the same one, or the first that is one at all.
            let later: Vec<usize> = (1..cells.len()).filter(|index| label(*index).is_some()).collect();
            later
                .iter()
                .copied()
                .find(|index| label(*index) == Some(first) && *index != 1 || cells.len() == 2)
                .or_else(|| later.first().copied().filter(|index| *index != 1 || cells.len() <= 4))
        } else {
            (1..cells.len()).find(|index| self.category_of(&cells[*index].key).is_some())
        };
        split.unwrap_or_else(|| self.split_without_labels(cells)).min(cells.len())
    }

    /// Whether a text is a target in words.
    fn is_target_word(&self, text: &str) -> bool {
        self.words.target_words.iter().any(|word| word == text)
    }

    /// More indicators of the same 二级指标: name and value, twice.
    fn split_without_labels(&self, cells: &[Filled<'_>]) -> usize {
        if label_only_first(cells, |key| self.label(key).is_some()) {
            return cells.len();
        }
        match cells.len() {
            4 => 2,
            2 if cells[1].column >= self.right && cells[0].column < self.right => 1,
            _ => cells.iter().position(|cell| cell.column >= self.right).unwrap_or(cells.len()),
        }
    }

    /// A name that reads like a label (服务对象满意度) stands below its label, with nothing but its target behind it.
    fn is_name(&self, cells: &[Filled<'_>]) -> bool {
        let [name, target] = cells else { return false };
        let value = parse(&target.text);
        let is_target = value.operator.is_some() || value.value.is_some() || self.is_target_word(&target.text);
        is_target && !name.key.ends_with('标') && self.category.iter().any(Option::is_some)
    }

    /// One half of a row: 二级指标 if printed, name, value.
    fn half(&mut self, side: usize, mut cells: &[Filled<'_>], position: Position, row: i32) {
        let is_label = |cell: &Filled<'_>| {
            if self.keeps_columns {
                self.second.contains(&cell.column)
            } else {
                !self.is_name(cells)
            }
        };
        let category = cells.first().filter(|cell| is_label(cell)).and_then(|cell| self.label(&cell.key));
        if let Some(category) = category
            && let Some((label, rest)) = cells.split_first()
        {
            cells = rest;
            let dimension = dimension_of(category);
            if self.dimension.as_ref().is_none_or(|(current, _)| *current != dimension) {
                let text = self.dimension_of_cell(&label.key).map(|_| label.text.to_string());
                self.dimension = text.map(|text| (dimension, text)).or(Some((dimension, String::new())));
            }
            self.category[side] = Some((category, label.text.to_string()));
        }
        let Some(first) = cells.first() else { return };
        let (name, target) = match cells.get(1) {
            Some(_) => (
                first.text.to_string(),
                Some(cells[1..].iter().map(|cell| cell.text.as_ref()).collect::<String>()),
            ),
            None => part_name(&first.text, &self.words.target_words),
        };
        let current = self.category[side].clone().or_else(|| self.category[1 - side].clone());
        let dimension = current
            .as_ref()
            .map(|(category, _)| dimension_of(*category))
            .or(self.dimension.as_ref().map(|(dimension, _)| *dimension));
        let dimension_text = self
            .dimension
            .as_ref()
            .filter(|(printed, text)| Some(*printed) == dimension && !text.is_empty())
            .map(|(_, text)| text.clone());
        self.last[side] = Some(self.indicators.len());
        self.indicators.push(PrintedIndicator {
            horizon: if side == 0 && !self.single {
                Horizon::ImplementationPeriod
            } else {
                Horizon::Annual
            },
            category: current.as_ref().map(|(category, _)| *category),
            dimension,
            category_text: current.map(|(_, text)| text),
            dimension_text,
            name,
            target: target.map(|text| parse(&text)).unwrap_or_default(),
            position,
            row,
        });
    }

    /// Whether a row is what a page break left of the one before it: its labels are ends of labels.
    fn is_rest_of_row(&self, cells: &[Filled<'_>]) -> bool {
        let rest = |key: &str| self.words.categories.is_rest(key) || self.words.dimensions.is_rest(key);
        let whole = |key: &str| self.label(key).is_some();
        cells.iter().any(|cell| rest(&cell.key) && !whole(&cell.key))
            && !cells.iter().any(|cell| self.words.categories.exact(&cell.key).is_some())
    }

    /// Puts the rest of a cut row behind the names (and values) of the row before it.
    fn rest(&mut self, cells: &[Filled<'_>]) {
        let is_label = |cell: &Filled| self.words.categories.is_rest(&cell.key) || self.words.dimensions.is_rest(&cell.key);
        // What stands between the labels is the rest of the names.
        let mut pieces: Vec<Vec<&Filled<'_>>> = vec![Vec::new()];
        for cell in cells {
            if is_label(cell) {
                if pieces.last().is_some_and(|piece| !piece.is_empty()) {
                    pieces.push(Vec::new());
                }
            } else if let Some(piece) = pieces.last_mut() {
                piece.push(cell);
            }
        }
        for (side, piece) in pieces.into_iter().filter(|piece| !piece.is_empty()).take(2).enumerate() {
            let Some(indicator) = self.last[side].and_then(|index| self.indicators.get_mut(index)) else {
                continue;
            };
            indicator.name.push_str(&piece[0].text);
            if let Some(value) = piece.get(1) {
                indicator.target = parse(&format!("{}{}", indicator.target.text, value.text));
            }
        }
    }
}

fn label_only_first(cells: &[Filled<'_>], is_label: impl Fn(&str) -> bool) -> bool {
    cells.first().is_some_and(|cell| is_label(&cell.key)) && cells.len() <= 3
}
