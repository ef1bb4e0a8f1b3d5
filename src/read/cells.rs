//! Cells by row and column, as sheets and markup have them → lines above, between and below the tables, and the tables.

use std::collections::BTreeMap;

use crate::codes::Layout;
use crate::document::{Block, Grid, GridRow, Position, TextLine};
use crate::text::{compact, is_blank};

/// The cells of a sheet or table that show something, by row and column, counted from 0.
#[derive(Debug, Default)]
pub struct Cells {
    rows: BTreeMap<u32, BTreeMap<u32, String>>,
}

impl Cells {
    /// Puts a text into a cell.
    pub fn put(&mut self, row: u32, column: u32, text: String) {
        if !is_blank(&text) {
            self.rows.entry(row).or_default().insert(column, text);
        }
    }

    /// Whether nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many columns hold something.
    pub fn width(&self) -> usize {
        let columns: std::collections::BTreeSet<&u32> = self.rows.values().flat_map(BTreeMap::keys).collect();
        columns.len()
    }

    /// The texts in reading order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.rows.values().flat_map(BTreeMap::values).map(String::as_str)
    }

    /// One more than the number of the last row.
    pub fn height(&self) -> u32 {
        self.rows.last_key_value().map_or(0, |(row, _)| row + 1)
    }

    /// Leaves columns and rows out; how many of each held something.
    pub fn hide(&mut self, column: impl Fn(u32) -> bool, row: impl Fn(u32) -> bool) -> (usize, usize) {
        let rows = self.rows.len();
        self.rows.retain(|number, _| !row(*number));
        let hidden_rows = rows - self.rows.len();
        let mut hidden = std::collections::BTreeSet::new();
        for cells in self.rows.values_mut() {
            cells.retain(|number, _| {
                let keep = !column(*number);
                if !keep {
                    hidden.insert(*number);
                }
                keep
            });
        }
        self.rows.retain(|_, cells| !cells.is_empty());
        (hidden.len(), hidden_rows)
    }
}

/// Where and as what cells become blocks.
#[derive(Debug, Clone, Copy)]
pub struct Place<'n> {
    /// The position of the first row.
    pub start: Position,
    /// Whether each row is a line of its own.
    pub counts_rows: bool,
    /// The name of the sheet, a title where nothing else is one.
    pub name: Option<&'n str>,
    /// What tells the cells apart.
    pub layout: Layout,
}

/// The blocks that cells make.
///
/// Rows with one cell, or with labels only, above a table are its title and captions; a table ends where a row of one cell stands below a
/// blank row, and at its notes.
pub fn blocks(cells: &Cells, place: Place<'_>) -> Vec<Block<'static>> {
    let first = cells.rows.values().filter_map(|row| row.keys().next()).min().copied().unwrap_or(0);
    let mut writer = Writer::new(place);
    let rows: Vec<(&u32, &BTreeMap<u32, String>)> = cells.rows.iter().collect();
    let is_single = |index: usize| rows.get(index).is_none_or(|(_, row)| row.len() == 1);
    let mut last: Option<u32> = None;
    let mut titled = place.name.is_none();
    for (index, (number, row)) in rows.iter().enumerate() {
        let after_blank = last.is_none_or(|last| *number - last > 1);
        last = Some(**number);
        let position = Position {
            line: place.start.line + if place.counts_rows { **number } else { 0 },
            ..place.start
        };
        let texts: Vec<&str> = row.values().map(|text| text.trim()).collect();
        let alone = texts.len() == 1;
        let outside = if writer.grid.is_empty() {
            let heads_columns = alone && !after_blank && index > 0 && !is_single(index + 1) && may_head_columns(texts[0]);
            (alone && !heads_columns) || texts.iter().all(|text| is_label(text))
        } else {
            // Running text in front of more of it; in the middle of a form it is the text of a field.
            let is_followed = is_single(index + 1) && row.contains_key(&first);
            alone && (is_followed && is_prose(texts[0]) || is_note(texts[0]) || is_title(texts[0]))
                || texts.iter().all(|text| is_caption(text))
        };
        if outside {
            writer.end_grid();
            titled |= texts.iter().any(|text| is_title(text));
            writer.text(&texts.join("    "), position, after_blank);
        } else {
            if !titled {
                titled = true;
                writer.text(place.name.unwrap_or_default().trim(), position, true);
            }
            let width = row.keys().next_back().map_or(0, |column| column - first + 1);
            let mut texts = vec![String::new(); usize::try_from(width).unwrap_or(0)];
            for (column, text) in row.iter() {
                if let Some(cell) = usize::try_from(column - first).ok().and_then(|column| texts.get_mut(column)) {
                    cell.clone_from(text);
                }
            }
            writer.grid.push(GridRow {
                position,
                cells: texts.into_iter().map(|text| one_line(&text).into()).collect(),
            });
        }
    }
    writer.end_grid();
    writer.blocks
}

/// Running text, which no cell of a table holds alone.
fn is_prose(text: &str) -> bool {
    text.contains('。') || text.chars().count() > 40 || text.starts_with('第') && text.contains("部分")
}

/// Whether a row of one cell may be a header over several columns (`财政拨款“三公”经费`) or a short name in the body, and no line of text.
fn may_head_columns(text: &str) -> bool {
    let words = compact(text);
    words.chars().count() <= 20 && !words.contains([':', '。', '，', ',', ';', '、']) && !is_label(text) && !is_note(text)
}

/// Leaves out columns in which no row has anything: merged cells of sheets that hold tables of several widths cover them.
pub fn drop_empty_columns(rows: &mut [GridRow<'_>]) {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut is_filled = vec![false; width];
    for row in rows.iter() {
        for (filled, cell) in is_filled.iter_mut().zip(&row.cells) {
            *filled |= !is_blank(cell);
        }
    }
    if is_filled.iter().all(|filled| *filled) {
        return;
    }
    for row in rows {
        let mut column = 0;
        row.cells.retain(|_| {
            column += 1;
            is_filled[column - 1]
        });
    }
}

/// A break within a cell is layout.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for piece in text
        .split(['\n', '\r', '\t', '\u{b}'])
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
    {
        let latin = |c: char| c.is_ascii_alphabetic();
        if line.ends_with(latin) && piece.starts_with(latin) {
            line.push(' ');
        }
        line.push_str(piece);
    }
    line
}

fn is_title(text: &str) -> bool {
    let words = compact(text);
    let bare = words.trim_end_matches(|c: char| c.is_ascii_digit() || "()".contains(c));
    (bare.ends_with('表') || words.contains("表(")) && words.chars().count() < 60 && !words.contains('。')
}

/// 部门名称：…, 单位：万元.
fn is_caption(text: &str) -> bool {
    let words = compact(text);
    words.contains("单位:") || words.contains("名称:") || words.contains("部门:")
}

/// What stands above a table besides its title: captions, the form's number, the year.
fn is_label(text: &str) -> bool {
    let words = compact(text);
    let number = words.contains('表') && words.contains(|c: char| c.is_ascii_digit()) && words.chars().count() <= 12;
    number || is_caption(text) || is_title(text) || words.ends_with("年度") || words.ends_with("万元") || words == "元"
}

fn is_note(text: &str) -> bool {
    let start = text.trim_start();
    ["注：", "注:", "备注：", "备注:", "说明：", "说明:"]
        .iter()
        .any(|word| start.starts_with(word))
        || compact(text).contains("无数据")
}

struct Writer<'n> {
    place: Place<'n>,
    blocks: Vec<Block<'static>>,
    grid: Vec<GridRow<'static>>,
}

impl<'n> Writer<'n> {
    fn new(place: Place<'n>) -> Self {
        Self {
            place,
            blocks: Vec::new(),
            grid: Vec::new(),
        }
    }

    fn end_grid(&mut self) {
        if !self.grid.is_empty() {
            let mut rows = std::mem::take(&mut self.grid);
            drop_empty_columns(&mut rows);
            self.blocks.push(Block::Grid(Grid {
                rows,
                layout: self.place.layout,
            }));
        }
    }

    fn text(&mut self, text: &str, position: Position, after_blank: bool) {
        for (index, line) in text.split(['\n', '\r']).filter(|line| !is_blank(line)).enumerate() {
            self.blocks.push(Block::Text(TextLine {
                text: line.to_owned().into(),
                position,
                after_blank: after_blank && index == 0,
                empty_before: 0,
            }));
        }
    }
}
