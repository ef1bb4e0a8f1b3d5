//! Names and telephone numbers of persons: told by the labels in front of them, left out unless the configuration says otherwise.

use std::borrow::Cow;

use crate::config::performance::{Field, Performance, label_key};
use crate::document::GridRow;
use crate::text::is_space;

/// What stands where a name or number was left out.
pub const MASK: &str = "…";

/// A label of the foot with what stands behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'t> {
    /// What the label says.
    pub field: Field,
    /// The label as printed, with its colon.
    pub label: &'t str,
    /// What stands behind it, up to the next label.
    pub value: &'t str,
}

/// Whether a line begins the foot of a form: with one of its labels, or with anything in front of a person's.
pub fn begins_foot(line: &str, words: &Performance) -> bool {
    let (before, found) = parts(line, words);
    found.iter().any(|part| part.field.is_person()) || before.trim().is_empty() && !found.is_empty()
}

/// Parts a text at labels of the foot that have a colon (or a tab) behind them: what stands before the first of them, and each of them.
pub fn parts<'t>(text: &'t str, words: &Performance) -> (&'t str, Vec<Part<'t>>) {
    let mut found: Vec<(usize, usize, Field)> = Vec::new();
    let mut free = 0;
    // Every label but few texts have a colon or a tab behind them; 0xEF begins the full-width one.
    let may_have_colon = memchr::memchr3(b':', b'\t', 0xEF, text.as_bytes()).is_some();
    let Some(last) = may_have_colon.then(|| text.rfind([':', '：', '\t'])).flatten() else {
        return (text, Vec::new());
    };
    for (at, first) in text[..last].char_indices() {
        if at >= free
            && words.foot_starts.has(first)
            && let Some((field, length)) = label_at(&text[at..], words)
        {
            found.push((at, at + length, field));
            free = at + length;
        }
    }
    let before = found.first().map_or(text.len(), |(start, ..)| *start);
    let ends = found.iter().skip(1).map(|(start, ..)| *start).chain([text.len()]);
    let parts = found
        .iter()
        .zip(ends)
        .map(|((start, end, field), next)| Part {
            field: *field,
            label: &text[*start..*end],
            value: &text[*end..next],
        })
        .collect();
    (&text[..before], parts)
}

/// What may stand between a label and its colon.
const SIGNED: [&str; 8] = [
    "（签字）",
    "（签章）",
    "（盖章）",
    "（签名）",
    "(签字)",
    "(签章)",
    "(盖章)",
    "(签名)",
];

/// The label that a text begins with, and the length of it and its colon. White space inside it is layout.
fn label_at(text: &str, words: &Performance) -> Option<(Field, usize)> {
    words.fields.iter().filter(|(_, field)| field.is_foot()).find_map(|(word, field)| {
        let mut rest = text;
        for (index, wanted) in word.chars().enumerate() {
            if index > 0 {
                rest = rest.trim_start_matches(|c| is_space(c) && c != '\t');
            }
            rest = rest.strip_prefix(wanted)?;
        }
        rest = rest.trim_start_matches(|c| is_space(c) && c != '\t');
        // 负责人（签字）.
        rest = SIGNED.iter().find_map(|sign| rest.strip_prefix(sign)).unwrap_or(rest);
        let end = rest
            .trim_start_matches(|c| is_space(c) && c != '\t')
            .strip_prefix([':', '：', '\t'])?;
        Some((*field, text.len() - end.len()))
    })
}

/// The text with the names and telephone numbers in it masked.
pub fn masked<'t>(text: &'t str, words: &Performance) -> Cow<'t, str> {
    let (before, parts) = parts(text, words);
    if !parts.iter().any(|part| part.field.is_person()) {
        return Cow::Borrowed(text);
    }
    let mut masked = before.to_owned();
    for part in parts {
        masked.push_str(part.label);
        if part.field.is_person() && !part.value.trim().is_empty() {
            masked.push_str(MASK);
            // In running text the sentence goes on.
            masked.push_str(part.value.find(['，', '。', '；']).map_or("", |end| &part.value[end..]));
        } else {
            masked.push_str(part.value);
        }
    }
    Cow::Owned(masked)
}

/// Empties a row of a money table that names persons: its telephone number is no amount.
pub fn empty_foot(row: &mut GridRow<'_>, words: &Performance) {
    // Most rows are done with one look.
    if !row.cells.iter().any(|cell| cell.contains(['人', '话'])) {
        return;
    }
    let begins = |cell: &str| {
        let (before, parts) = parts(cell, words);
        before.trim().is_empty() && parts.iter().any(|part| part.field.is_person())
    };
    let labels = row
        .cells
        .iter()
        .filter(|cell| words.fields.exact(&label_key(cell)).is_some_and(Field::is_person));
    if labels.count() >= 2 || row.cells.iter().any(|cell| begins(cell)) {
        row.cells.iter_mut().for_each(|cell| *cell = Cow::Borrowed(""));
    }
}

/// Masks names and telephone numbers in rows of cells, where they may stand in the cells behind their label or in the row below.
#[derive(Debug)]
pub struct RowMask<'c> {
    words: &'c Performance,
    open: bool,
}

impl<'c> RowMask<'c> {
    /// Begins at the top of a table.
    pub fn new(words: &'c Performance) -> Self {
        Self { words, open: false }
    }

    /// The next row's cell. A label without a person ends what is masked.
    pub fn cell(&mut self, cell: &str) -> String {
        let key = label_key(cell);
        if let Some(field) = self.words.fields.exact(&key) {
            self.open = field.is_person();
            return cell.to_owned();
        }
        let (_, parts) = parts(cell, self.words);
        if let Some(last) = parts.last() {
            self.open = last.field.is_person();
            return masked(cell, self.words).into_owned();
        }
        if self.open && !key.is_empty() {
            return MASK.to_owned();
        }
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn persons_are_masked_behind_their_labels() {
        let config = Config::load(None).unwrap();
        let words = &config.performance;
        for (text, wanted) in [
            (
                "负责人：甲某 经办人: 乙某\t联系电话：5550123 填报日期：20230104",
                "负责人：…经办人:…联系电话：…填报日期：20230104",
            ),
            ("单位负责人:甲某", "单位负责人:…"),
            ("项目负责人（签字）：甲某 制表人：乙某", "项目负责人（签字）：…制表人：…"),
            ("由联系人：甲某，按月报送。", "由联系人：…，按月报送。"),
            ("负责人\t甲某", "负责人\t…"),
            ("联 系 电 话：5550123", "联 系 电 话：…"),
            ("经办人：", "经办人："),
            ("主要负责人用车2辆", "主要负责人用车2辆"),
            ("单位：万元", "单位：万元"),
        ] {
            assert_eq!(masked(text, words), wanted);
        }
    }

    #[test]
    fn cells_behind_a_label_are_masked_and_so_is_what_a_page_break_leaves_of_them() {
        let config = Config::load(None).unwrap();
        let mut mask = RowMask::new(&config.performance);
        let row = ["负责人：", "", "经办人：", "甲某", "联系电话：5550", "填报日期：", "2023"].map(|cell| mask.cell(cell));
        assert_eq!(row, ["负责人：", "", "经办人：", "…", "联系电话：…", "填报日期：", "2023"]);
        let mut mask = RowMask::new(&config.performance);
        assert_eq!(["联系电话", "", "123"].map(|cell| mask.cell(cell)), ["联系电话", "", "…"]);
        assert_eq!(
            ["", "4567", "项目名称", "灯"].map(|cell| mask.cell(cell)),
            ["", "…", "项目名称", "灯"]
        );
    }
}
