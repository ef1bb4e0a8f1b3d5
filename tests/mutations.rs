//! Mutation test of the checks: no generated disclosure fails, and hardly any change of an amount that an identity covers goes unnoticed.

use std::collections::BTreeMap;

use budgetlake::codes::{CheckStatus, Code, Form, Layout, RowKind};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::money::Yuan;
use budgetlake::reconcile::reconcile;
use budgetlake::synth::{Encoding, Options, Size, file};
use budgetlake::tables::{Check, LineItem};

/// Small, stable random numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}

/// Generated disclosures of both sizes and all wordings, as cells and with the full set of forms.
fn generated(size: Size, documents: u32, config: &Config) -> Vec<Extraction> {
    let options = Options {
        seed: 5,
        cities: 8,
        years: 2021..=2024,
        layout: Some(Layout::Tabbed),
        encoding: Some(Encoding::Utf8),
        size,
    };
    (0..documents)
        .map(|index| {
            let file = file(&options, index).unwrap();
            extract(&file.bytes, &file.name, config)
        })
        .collect()
}

fn failures(checks: &[Check]) -> usize {
    checks.iter().filter(|check| check.status == CheckStatus::Fail).count()
}

/// What is done to a disclosure; `None` where nothing would change.
fn mutate(kind: &str, extraction: &mut Extraction, dice: &mut Dice) -> Option<String> {
    let items = &mut extraction.line_items;
    let at = dice.roll(items.len());
    let named = |item: &LineItem| {
        let item_key = item.item.map_or("-", Code::code);
        format!(
            "{} {} {} {} {item_key} {}",
            item.form.code(),
            item.side.code(),
            item.row_kind.code(),
            item.account_code.as_deref().map_or(0, str::len),
            item.measure.code()
        )
    };
    match kind {
        "change" => {
            let name = named(&items[at]);
            // One digit of what is printed, as a slip of the keyboard.
            let text = items[at].amount_text.clone();
            let digits: Vec<usize> = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
            let place = digits[dice.roll(digits.len())];
            let old = text.as_bytes()[place] - b'0';
            let new = (old + 1 + u8::try_from(dice.roll(9)).unwrap()) % 10;
            let mut changed = text.clone();
            changed.replace_range(place..=place, &new.to_string());
            let unit: i128 = if &*items[at].money_unit == "万元" { 10_000 } else { 1 };
            let hundredths = |text: &str| -> i128 { text.replace([',', '.'], "").parse().unwrap() };
            if !text.contains('.') || text.rsplit('.').next().unwrap().len() != 2 {
                return None;
            }
            let sign = if items[at].amount.cents() < 0 { -1 } else { 1 };
            items[at].amount = Yuan::from_cents(sign * hundredths(changed.trim_start_matches('-')) * unit)?;
            items[at].amount_text = changed;
            Some(name)
        }
        "drop" => {
            if items[at].amount.cents() == 0 {
                return None;
            }
            Some(named(&items.remove(at)))
        }
        "swap" => {
            let table = items[at].table_no;
            let others: Vec<usize> = (0..items.len()).filter(|other| items[*other].table_no == table).collect();
            let other = others[dice.roll(others.len())];
            let is_addend =
                |item: &LineItem| item.row_kind == RowKind::Item && item.account_code.as_ref().is_none_or(|code| code.len() > 3);
            let is_alike = items[at].measure == items[other].measure && is_addend(&items[at]) && is_addend(&items[other]);
            let is_once = matches!(items[at].form, Form::BasicExpenditure | Form::PerformanceTarget);
            // Two addends of the same sum that nothing else repeats: every identity holds as before.
            if items[at].amount == items[other].amount || is_alike && is_once {
                return None;
            }
            let (a, b) = (items[at].clone(), items[other].clone());
            (items[at].amount, items[at].amount_text) = (b.amount, b.amount_text);
            (items[other].amount, items[other].amount_text) = (a.amount, a.amount_text);
            Some(format!("{} / {}", named(&items[at]), named(&items[other])))
        }
        "add" => {
            // A blank cell of the row gets the amount of its neighbour in another column of the table.
            let (table, row, side) = (items[at].table_no, items[at].row_no, items[at].side);
            let used: Vec<_> = items
                .iter()
                .filter(|item| item.table_no == table && item.row_no == row)
                .map(|item| item.measure)
                .collect();
            let free = items.iter().find(|item| {
                item.table_no == table
                    && item.side == side
                    && item.item.is_none() == items[at].item.is_none()
                    && !used.contains(&item.measure)
            })?;
            if items[at].amount.cents() == 0 {
                return None;
            }
            let mut added = items[at].clone();
            added.measure = free.measure;
            added.column_header = free.column_header.clone();
            let name = named(&added);
            items.insert(at + 1, added);
            Some(name)
        }
        _ => None,
    }
}

fn measure(documents: &[Extraction], rounds: usize, config: &Config) -> (usize, usize, BTreeMap<String, (usize, usize)>) {
    let mut dice = Dice(42);
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut found, mut all) = (0, 0);
    for round in 0..rounds {
        let kind = ["change", "drop", "swap", "add"][round % 4];
        let mut extraction = documents[dice.roll(documents.len())].clone();
        let Some(what) = mutate(kind, &mut extraction, &mut dice) else {
            continue;
        };
        let is_found = failures(&reconcile(&extraction, config)) > 0;
        all += 1;
        found += usize::from(is_found);
        let entry = kinds.entry(format!("{kind}: {what}")).or_default();
        entry.0 += 1;
        entry.1 += usize::from(!is_found);
    }
    (found, all, kinds)
}

#[test]
fn changes_of_amounts_are_found_and_nothing_else() {
    let config = Config::load(None).unwrap();
    let mut documents = generated(Size::Small, 120, &config);
    documents.extend(generated(Size::Full, 12, &config));
    for extraction in &documents {
        let failed: Vec<&Check> = extraction.checks.iter().filter(|check| check.status == CheckStatus::Fail).collect();
        assert!(failed.is_empty(), "an unchanged disclosure fails: {failed:#?}");
    }
    let (found, all, kinds) = measure(&documents, 8_000, &config);
    let mut missed: Vec<_> = kinds.iter().filter(|(_, (_, missed))| *missed > 0).collect();
    missed.sort_by_key(|(_, (_, missed))| std::cmp::Reverse(*missed));
    for (what, (all, missed)) in missed.iter().take(60) {
        println!("{missed} of {all} missed: {what}");
    }
    println!("{found} of {all} found");
    assert!(found * 1000 >= all * 995, "{found} of {all} changes found");
}
