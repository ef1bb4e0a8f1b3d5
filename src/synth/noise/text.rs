//! Damage to a file's bytes: cut off, or not all in one encoding.

use super::{money_forms, some_of};
use crate::synth::disclosure::{Block, Cell, Disclosure};
use crate::synth::prng::Prng;
use crate::synth::{Encoding, SynthError};

/// Stands for a byte that is no text, until the text is encoded.
const STRAY: char = '\u{E0FF}';
/// Stand around text in another encoding.
const FOREIGN: [char; 2] = ['\u{E0FD}', '\u{E0FE}'];

/// Puts stray bytes into names of accounts with codes and of projects, and lets a paragraph be in another encoding.
pub fn stray_bytes(disclosure: &mut Disclosure, dice: &mut Prng) {
    let rows = money_forms(disclosure).into_iter().flat_map(|table| table.rows.iter_mut());
    let named = rows.filter(|row| {
        let mut truths = row.iter().filter_map(|cell| cell.truth.as_ref());
        // A name that tells what a row is must stay: codes and projects do without.
        truths.next().is_some_and(|truth| {
            let key = &truth.key;
            key.project_name.is_some() || key.account_code.is_some() && row.iter().any(|cell| Some(&cell.text) == key.account_code.as_ref())
        })
    });
    for row in some_of(named.collect(), 5, dice) {
        let name = row
            .iter()
            .find_map(|cell| cell.truth.as_ref())
            .map(|truth| truth.key.account_name.clone())
            .unwrap_or_default();
        let at = name.char_indices().nth(2).map_or(name.len(), |(at, _)| at);
        let with = |mark: char| format!("{}{mark}{}", &name[..at], &name[at..]);
        for cell in row.iter_mut() {
            replace_name(cell, &name, &with(STRAY), &with(char::REPLACEMENT_CHARACTER));
        }
    }
    let department = disclosure.identity.department.clone();
    let silent = disclosure.blocks.iter_mut().filter_map(|block| match block {
        Block::Text(prose) if prose.facts.is_empty() && prose.text.len() > 60 && !prose.text.contains(&department) => Some(prose),
        _ => None,
    });
    // Among the duties: below the figures of a section it would run into the next sentence.
    for prose in some_of(silent.take(8).collect(), 1, dice) {
        prose.text = format!("{}{}{}", FOREIGN[0], prose.text, FOREIGN[1]);
    }
}

fn replace_name(cell: &mut Cell, name: &str, printed: &str, told: &str) {
    if cell.text == name {
        printed.clone_into(&mut cell.text);
    }
    if let Some(truth) = &mut cell.truth {
        if truth.key.project_name.as_deref() == Some(name) {
            truth.key.project_name = Some(told.to_owned());
        }
        if truth.key.account_name == name {
            told.clone_into(&mut truth.key.account_name);
        }
    }
}

/// The bytes of a text with strays and foreign paragraphs.
pub fn encode_with_strays(text: &str, encoding: Encoding) -> Result<Vec<u8>, SynthError> {
    let (stray, other): (&[u8], _) = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => (&[0xFF], Encoding::Gb18030),
        Encoding::Gb18030 => (&[0xFF], Encoding::Utf8),
        // Half a surrogate; other bytes would shift all that follow.
        Encoding::Utf16Le => (&[0x00, 0xD8], Encoding::Utf16Le),
        Encoding::Utf16Be => (&[0xD8, 0x00], Encoding::Utf16Be),
    };
    let mut bytes = encoding.mark().to_vec();
    for (index, piece) in text.split(FOREIGN).enumerate() {
        let encoding = if index % 2 == 1 { other } else { encoding };
        for (place, plain) in piece.split(STRAY).enumerate() {
            if place > 0 {
                bytes.extend_from_slice(stray);
            }
            bytes.extend(encoding.encode_part(plain)?);
        }
    }
    Ok(bytes)
}

/// Cuts a rendered text in the midst of a row, and takes out of its truth what is no longer printed.
pub fn truncate(text: &mut String, disclosure: &mut Disclosure, dice: &mut Prng) {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut forms: Vec<Vec<u32>> = Vec::new();
    for table in money_forms(disclosure) {
        let mut lines: Vec<u32> = table
            .rows
            .iter()
            .flatten()
            .filter_map(|cell| Some(cell.truth.as_ref()?.line))
            .collect();
        lines.dedup();
        if lines.len() > 3 {
            forms.push(lines);
        }
    }
    if forms.is_empty() {
        return;
    }
    let lines = &forms[dice.below(forms.len())];
    let row = 1 + dice.below(lines.len() - 2);
    let offset = |line: u32| {
        usize::try_from(line)
            .ok()
            .and_then(|line| starts.get(line - 1))
            .copied()
            .unwrap_or(text.len())
    };
    let (from, to) = (offset(lines[row]), offset(lines[row + 1]));
    let mut cut = from + 1 + dice.below((to - from).saturating_sub(2).max(1));
    while !text.is_char_boundary(cut) {
        cut += 1;
    }
    text.truncate(cut);
    keep_until(disclosure, lines[row], &text[from..]);
}

/// Keeps what stands above `line`, and of the row on it the amounts that `rest` still prints.
fn keep_until(disclosure: &mut Disclosure, line: u32, rest: &str) {
    let mut printed = rest.split(|c: char| c.is_whitespace() || c == '|').filter(|word| !word.is_empty());
    let is_above = |block: &Block| match block {
        Block::Table(table) => table
            .rows
            .iter()
            .flatten()
            .filter_map(Cell::line)
            .min()
            .is_none_or(|first| first <= line),
        _ => true,
    };
    let last = disclosure
        .blocks
        .iter()
        .rposition(|block| matches!(block, Block::Table(table) if !table.is_empty() && is_above(block)));
    disclosure.blocks.truncate(last.map_or(0, |last| last + 1));
    let Some(Block::Table(table)) = disclosure.blocks.last_mut() else {
        return;
    };
    table
        .rows
        .retain(|row| row.iter().filter_map(Cell::line).next().is_none_or(|start| start <= line));
    for cell in table.rows.iter_mut().flatten() {
        let is_gone = match &cell.truth {
            Some(truth) if truth.line == line => !printed.any(|word| word == truth.amount_text),
            _ => false,
        };
        if is_gone {
            cell.truth = None;
        }
        if cell.record.is_some() && cell.line() == Some(line) {
            cell.record = None;
        }
    }
}
