//! Header rows of several levels → columns with roles.

use std::sync::Arc;

use super::{Column, Group};
use crate::codes::{Form, Item, Measure, Side};
use crate::config::{Config, FormSpec, Role, item_key, word_key};
use crate::document::GridRow;
use crate::money::{MoneyCell, is_dash, parse_cell};
use crate::text::{bracketed_code, cleaned, compact, is_blank, is_year_digits, strip_numbering, without_layout_space};

/// The columns of a table and how they group into accounts.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// From left to right.
    pub all: Vec<Column>,
    /// Column groups from left to right; each makes one account a row.
    pub groups: Vec<Group>,
}

/// Most levels that a header has.
const MAX_LEVELS: usize = 6;

/// How many rows at the top of a grid are its header, with the row of column numbers (`1 2 3`, 栏次) if there is one.
pub fn header_rows(rows: &[GridRow<'_>], config: &Config) -> usize {
    // Numbers of columns end a header, whatever stands above them.
    let numbered = rows.iter().take(MAX_LEVELS + 1).position(is_numbering);
    if let Some(numbers) = numbered.filter(|numbers| !rows[..*numbers].iter().any(holds_number)) {
        return numbers + 1;
    }
    let mut count = usize::from(is_section_over_header(rows, config));
    for row in rows.iter().skip(count).take(MAX_LEVELS + 1) {
        if count == MAX_LEVELS || is_body(row, config) {
            break;
        }
        count += 1;
    }
    count
}

/// Whether a number that is no year stands in a row.
fn holds_number(row: &GridRow<'_>) -> bool {
    let is_year = |cell: &str| cell.len() == 4 && is_year_digits(cell.as_bytes());
    let mut cells = row.cells.iter();
    cells.any(|cell| matches!(parse_cell(cell), MoneyCell::Number(..)) && !is_year(cell.trim()))
}

/// Whether the first row only names a section (`一、政府采购情况`) and the header stands below it.
fn is_section_over_header(rows: &[GridRow<'_>], config: &Config) -> bool {
    let filled = |row: &GridRow<'_>| row.cells.iter().filter(|cell| !is_blank(cell)).count();
    let [section, header, ..] = rows else { return false };
    let is_known = |cell: &crate::document::Cell<'_>| config.headers.is_known(&word_key(cell));
    let numbered = |cell: &str| strip_numbering(cell.trim()).len() < cell.trim().len();
    filled(section) == 1
        && section.cells.first().is_some_and(|cell| numbered(cell))
        && filled(header) > 1
        && header.cells.iter().filter(|cell| !is_blank(cell)).all(is_known)
}

/// A row that numbers the columns: 1 2 3, (1) (2) (3), ① ② ③, 甲 乙 1 2, 1=2+3. Where no rule parts it from the words above, these stand in
/// front of their numbers.
pub fn is_numbering(row: &GridRow<'_>) -> bool {
    let mut last = 0;
    let mut numbers = 0;
    let mut has_word = false;
    for cell in &row.cells {
        let words = compact(cell);
        match column_number(&words) {
            // A column that is gone takes its number with it.
            Some(number) if (last + 1..=last + 2).contains(&number) || (numbers == 0 && number < 4) => {
                last = number;
                numbers += 1;
            }
            _ if matches!(words.as_ref(), "栏次" | "行次" | "甲" | "乙" | "丙" | "丁") => has_word = true,
            _ if words.is_empty() || matches!(words.as_ref(), "-" | "**" | "—") => {}
            _ if numbers >= 2 && number_behind_word(&words) == Some(last + 1) => last += 1,
            _ if words.contains("栏次") || words.ends_with("名称") => {}
            _ => return false,
        }
    }
    numbers >= 2 || numbers == 1 && has_word
}

/// The number of a column below its word in one cell (`政府性基金预算4`).
fn number_behind_word(words: &str) -> Option<u32> {
    let word = words.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_word = word.chars().next_back().is_some_and(|c| !c.is_ascii());
    words[word.len()..].parse().ok().filter(|_| is_word)
}

/// The number of a column, plain, in brackets or a circle, or in front of what the column is the sum of (`1=2+3`).
fn column_number(words: &str) -> Option<u32> {
    let bare = words.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(words);
    if let Some(circled) = bare
        .chars()
        .next()
        .filter(|c| ('①'..='⑳').contains(c) && bare.len() == c.len_utf8())
    {
        return Some(u32::from(circled) - u32::from('①') + 1);
    }
    let number = match bare.split_once('=') {
        Some((number, sum)) => {
            let is_sum =
                sum.contains(|c: char| c.is_ascii_digit()) && sum.bytes().all(|byte| byte.is_ascii_digit() || b"+-()".contains(&byte));
            is_sum.then_some(number)?
        }
        None => bare,
    };
    number.parse().ok()
}

/// Whether a row holds figures or names accounts, so that it is no header.
fn is_body(row: &GridRow<'_>, config: &Config) -> bool {
    let mut filled = row.cells.iter().filter(|cell| !is_blank(cell));
    let Some(first) = filled.next() else { return false };
    let others_blank = filled.all(|cell| cell.chars().all(|c| is_dash(c) || c.is_whitespace()));
    if holds_number(row) || bracketed_code(first).is_some() || looks_like_code(first.trim()) {
        return true;
    }
    let name = cleaned(first);
    if strip_numbering(first.trim()).len() < first.trim().len() && !config.headers.is_known(&word_key(&name)) {
        return true;
    }
    let key = item_key(&name);
    let names_item = |form| {
        [Side::Revenue, Side::Expenditure]
            .iter()
            .any(|side| config.items.find(&key, form, *side).is_some())
    };
    others_blank && (config.items.is_total(&key) || names_item(Form::ThreePublic) || names_item(Form::Summary))
        || strip_numbering(first.trim()).len() < first.trim().len() && names_item(Form::Summary)
}

/// Whether a text could be the code of an account: three, five, seven … digits.
pub fn looks_like_code(text: &str) -> bool {
    (3..=11).contains(&text.len()) && text.len() % 2 == 1 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The columns that header rows describe. `body` tells where a header row has lost cells.
pub fn columns(header: &[GridRow<'_>], body: &[GridRow<'_>], spec: &FormSpec, config: &Config) -> Columns {
    let levels: Vec<&GridRow<'_>> = header.iter().filter(|row| !is_numbering(row)).collect();
    let width = levels
        .iter()
        .map(|row| row.cells.len())
        .chain(body.iter().map(filled_width))
        .max()
        .unwrap_or(0);
    let mut paths = paths(&levels, width);
    insert_lost_code_column(&mut paths, body, config);
    let mut roles: Vec<Role> = paths.iter().map(|path| role(path, spec, config)).collect();
    items_as_columns(&paths, &mut roles, spec, config);
    let groups = groups(&roles, &mut paths, &levels);
    for group in &groups {
        budget_beside_final(&paths[group.columns.clone()], &mut roles[group.columns.clone()]);
    }
    let all = roles
        .iter()
        .zip(&paths)
        .map(|(role, path)| Column {
            role: *role,
            header: Arc::from(path.join("/")),
        })
        .collect();
    Columns { all, groups }
}

/// Cells up to the last one with something in it.
fn filled_width(row: &GridRow<'_>) -> usize {
    row.cells.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1)
}

/// The printed words above each column, top down. An empty cell continues the one to its left where the level above does so too.
fn paths(levels: &[&GridRow<'_>], width: usize) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = vec![Vec::new(); width];
    // The merged cell that each column hangs under so far, as (level, column); all under one at the start.
    let mut under = vec![(usize::MAX, 0); width];
    for (number, level) in levels.iter().enumerate() {
        let text = |column: usize| level.cells.get(column).map_or("", |cell| cell.trim());
        let mut owners: Vec<Option<usize>> = Vec::with_capacity(width);
        for column in 0..width {
            let left = column.checked_sub(1).filter(|left| under[*left] == under[column]);
            owners.push(if text(column).is_empty() {
                left.and_then(|left| owners[left])
            } else {
                Some(column)
            });
        }
        for (column, owner) in owners.into_iter().enumerate() {
            if let Some(owner) = owner {
                paths[column].push(without_layout_space(text(owner)).into_owned());
                under[column] = (number, owner);
            }
        }
    }
    paths
}

/// A header `科目名称 | 合计` over a body `208 | 社会保障 | 1.00` has lost the cell over the code.
fn insert_lost_code_column(paths: &mut Vec<Vec<String>>, body: &[GridRow<'_>], config: &Config) {
    let leaf_role = |path: &Vec<String>| path.iter().rev().find_map(|word| config.headers.role(&word_key(word)));
    let is = |index: usize, wanted: Role| paths.get(index).and_then(leaf_role) == Some(wanted);
    if !is(0, Role::Name) || is(1, Role::Name) || is(1, Role::Counterpart) {
        return;
    }
    let coded = body
        .iter()
        .filter(|row| row.cells.first().is_some_and(|cell| looks_like_code(cell.trim())))
        .count();
    let named = body
        .iter()
        .filter(|row| {
            row.cells
                .get(1)
                .is_some_and(|cell| !is_blank(cell) && matches!(parse_cell(cell), MoneyCell::Bad(_)))
        })
        .count();
    if coded * 2 > body.len() && named * 2 > body.len() {
        paths.insert(0, vec!["科目编码".to_owned()]);
        if paths.last().is_some_and(Vec::is_empty) {
            paths.pop();
        }
    }
}

/// What a column holds, by the lowest of its words that says so.
fn role(path: &[String], spec: &FormSpec, config: &Config) -> Role {
    for word in path.iter().rev() {
        let key = word_key(word);
        if spec.form == Form::GovernmentFund
            && path.len() == 1
            && let Some(role) = config.headers.fund_role(&key)
        {
            return role;
        }
        if let Some(role) = config.headers.role(&key) {
            return role;
        }
    }
    Role::Unknown
}

/// In some places the items of the “三公” form are its columns.
fn items_as_columns(paths: &[Vec<String>], roles: &mut [Role], spec: &FormSpec, config: &Config) {
    if spec.form != Form::ThreePublic {
        return;
    }
    let item = |path: &Vec<String>| {
        path.iter().rev().find_map(|word| {
            let key = item_key(&word_key(word)).into_owned();
            [Form::ThreePublic, Form::AgencyOperating]
                .into_iter()
                .find_map(|form| config.items.find(&key, form, Side::Expenditure))
        })
    };
    let found: Vec<Option<Item>> = paths.iter().map(|path| item(path).map(|standard| standard.item)).collect();
    if !found.contains(&Some(Item::Overseas)) && !found.contains(&Some(Item::Reception)) {
        return;
    }
    let says = |path: &[String], word: &str| path.iter().any(|level| word_key(level) == word);
    let both = paths.iter().any(|path| says(path, "决算数")) && paths.iter().any(|path| says(path, "预算数"));
    for ((path, item), role) in paths.iter().zip(found).zip(roles) {
        let Some(item) = item else { continue };
        let measure = match (both, says(path, "决算数")) {
            (false, _) => Measure::Amount,
            (true, true) => Measure::Final,
            (true, false) => Measure::Budget,
        };
        *role = Role::ItemAmount(item, measure);
    }
}

/// Groups columns: a new one begins where names or codes follow money.
fn groups(roles: &[Role], paths: &mut [Vec<String>], levels: &[&GridRow<'_>]) -> Vec<Group> {
    let mut starts = vec![0];
    let mut money = false;
    for (column, role) in roles.iter().enumerate() {
        match role {
            Role::Amount(_) | Role::ItemAmount(..) => money = true,
            Role::Code | Role::CodePart(0) | Role::Name | Role::Number if money => {
                starts.push(column);
                money = false;
            }
            _ => {}
        }
    }
    realign_top(&starts, paths, levels);
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([roles.len()]).collect();
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| Group {
            columns: *start..end,
            heading: paths.get(*start).and_then(|path| path.first()).cloned().unwrap_or_default(),
        })
        .collect()
}

/// Where the top level has as many words as there are groups but fewer tabs, each word belongs to one group.
fn realign_top(starts: &[usize], paths: &mut [Vec<String>], levels: &[&GridRow<'_>]) {
    let Some(top) = levels.first().filter(|_| levels.len() > 1 && starts.len() > 1) else {
        return;
    };
    let words: Vec<(usize, String)> = top
        .cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| !is_blank(cell))
        .map(|(column, cell)| (column, without_layout_space(cell).into_owned()))
        .collect();
    if words.len() != starts.len() || words.iter().map(|(column, _)| column).eq(starts) {
        return;
    }
    for (column, path) in paths.iter_mut().enumerate() {
        let group = starts.iter().rposition(|start| *start <= column).unwrap_or(0);
        if let Some(first) = path.first_mut().filter(|first| words.iter().any(|(_, word)| word == *first)) {
            first.clone_from(&words[group].1);
        } else {
            path.insert(0, words[group].1.clone());
        }
    }
}

/// 预算数 beside 决算数 in one group are two measures and not a form's only money column.
fn budget_beside_final(paths: &[Vec<String>], roles: &mut [Role]) {
    let leaf = |path: &Vec<String>| path.last().map(|word| word_key(word).into_owned()).unwrap_or_default();
    let has = |word: &str| paths.iter().any(|path| leaf(path) == word);
    if has("预算数") && has("决算数") {
        for (path, role) in paths.iter().zip(roles) {
            match (leaf(path).as_str(), *role) {
                ("预算数", Role::Amount(_)) => *role = Role::Amount(Measure::Budget),
                ("决算数", Role::Amount(_)) => *role = Role::Amount(Measure::Final),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Position;

    #[test]
    fn numbers_of_columns_may_stand_below_words_in_their_cells() {
        let row = |cells: &[&'static str]| GridRow {
            position: Position::default(),
            cells: cells.iter().map(|cell| (*cell).into()).collect(),
        };
        assert!(is_numbering(&row(&["科目代码栏次", "科目名称", "1", "2", "小计3", "基本支出4"])));
        assert!(is_numbering(&row(&["1", "2", "一般公共预算3", "政府性基金4"])));
        assert!(!is_numbering(&row(&["教育支出", "1", "2", "3"])));
        assert!(!is_numbering(&row(&["1", "2", "一般公共预算5"])));
        assert!(!is_numbering(&row(&["项目1", "2", "3"])));
    }
}
