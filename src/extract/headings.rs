//! Heading rows of a project form: a unit's name with the sum of its projects.

use rust_decimal::Decimal;

use crate::config::Role;
use crate::money::{MoneyCell, parse_cell};
use crate::recognise::{Table, bodies};
use crate::text::{clean_name, compact};

/// Endings of the names of bodies.
const BODY_ENDINGS: [&str; 30] = [
    "局",
    "厅",
    "委",
    "办",
    "院",
    "校",
    "所",
    "站",
    "队",
    "馆",
    "社",
    "处",
    "部",
    "中心",
    "办公室",
    "委员会",
    "学校",
    "中学",
    "小学",
    "医院",
    "大队",
    "支队",
    "公司",
    "机关",
    "本级",
    "政府",
    "协会",
    "联合会",
    "幼儿园",
    "研究所",
];

/// For each row of the table, whether it is the heading of a unit: marked `[部门]` or `[单位]`, named in the table's caption, or called
/// like a body while its amount is the sum of the rows below it.
pub fn unit_headings(table: &Table<'_, '_>) -> Vec<bool> {
    let name_column = table.columns.all.iter().position(|column| column.role == Role::Name);
    let amount_column = table.columns.all.iter().position(|column| matches!(column.role, Role::Amount(_)));
    let (Some(name_column), Some(amount_column)) = (name_column, amount_column) else {
        return Vec::new();
    };
    let names: Vec<&str> = table
        .rows
        .iter()
        .map(|row| row.cells.get(name_column).map_or("", |cell| cell.as_ref()))
        .collect();
    let amounts: Vec<Option<Decimal>> = table
        .rows
        .iter()
        .map(|row| match row.cells.get(amount_column).map(|cell| parse_cell(cell)) {
            Some(MoneyCell::Number(number, _)) => Some(number),
            _ => None,
        })
        .collect();
    let captions: Vec<String> = bodies(&table.caption).into_iter().map(|body| body.name).collect();
    let clean: Vec<String> = names.iter().map(|name| clean_name(name)).collect();
    let marked = |name: &str| {
        let words = compact(name);
        words.contains("[部门]") || words.contains("[单位]")
    };
    let sure: Vec<bool> = names
        .iter()
        .zip(&clean)
        .map(|(name, clean)| captions.contains(clean) || marked(name))
        .collect();
    let called_like_body: Vec<bool> = clean
        .iter()
        .map(|name| BODY_ENDINGS.iter().any(|ending| name.ends_with(ending)))
        .collect();
    // Names of projects begin with the letters of their kind (J, Z, XM, QT) where most do.
    let lettered = |name: &String| name.starts_with(|c: char| c.is_ascii_uppercase());
    let letters = clean.iter().filter(|name| lettered(name)).count() * 2 > clean.len();
    (0..names.len())
        .map(|row| {
            sure[row]
                || called_like_body[row] && letters && !lettered(&clean[row])
                || called_like_body[row] && sums_rows_below(row, &amounts, &sure, &called_like_body)
        })
        .collect()
}

/// Whether the amount of `row` is the sum of the rows below it down to the next heading, or of the headings below it.
fn sums_rows_below(row: usize, amounts: &[Option<Decimal>], sure: &[bool], called_like_body: &[bool]) -> bool {
    let Some(sum) = amounts[row] else { return false };
    let heading = |index: usize| sure[index] || called_like_body[index];
    let mut total = Decimal::ZERO;
    let mut rows = 0;
    for (index, amount) in amounts.iter().enumerate().skip(row + 1) {
        if heading(index) {
            break;
        }
        let Some(next) = amount.and_then(|amount| total.checked_add(amount)) else {
            continue;
        };
        total = next;
        rows += 1;
    }
    // Rounding: each of the addends and the sum may be off by half a unit of the last printed place.
    let tolerance = Decimal::new(5, 3) * Decimal::from(rows + 1);
    rows > 0 && (total - sum).abs() <= tolerance
}
