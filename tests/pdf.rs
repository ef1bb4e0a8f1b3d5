//! PDFs: the same rows as from the text that a converter makes of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use budgetlake::codes::{Layout, RejectCode, SourceFormat};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;

/// Real PDFs beside the text of each, which are no part of the repository.
fn real() -> Vec<(PathBuf, PathBuf)> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let Ok(entries) = fs::read_dir(shared.join("pdf")) else {
        eprintln!("SKIPPED: no real PDFs in ../shared/pdf");
        return Vec::new();
    };
    let mut found: Vec<(PathBuf, PathBuf)> = entries
        .filter_map(|entry| {
            let pdf = entry.ok()?.path();
            let text = shared.join("text").join(format!("{}.layout.txt", pdf.file_stem()?.to_str()?));
            text.exists().then_some((pdf, text))
        })
        .collect();
    found.sort();
    found
}

fn read(path: &Path, config: &Config) -> Extraction {
    extract(&fs::read(path).unwrap(), "disclosure", config)
}

/// Counts equal rows.
fn counted<T, K: Ord>(rows: &[T], key: impl Fn(&T) -> K) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(key(row)).or_default() += 1;
    }
    counts
}

#[test]
fn a_pdf_gives_the_rows_of_its_text() {
    let config = Config::load(None).unwrap();
    for (pdf, text) in real() {
        let (from_pdf, from_text) = (read(&pdf, &config), read(&text, &config));
        let items = |extraction: &Extraction| {
            counted(&extraction.line_items, |item| {
                let account = (
                    item.account_code.clone(),
                    item.parent_code.clone(),
                    item.account_name.clone(),
                    item.item,
                );
                let kind = (item.form, item.side, item.row_kind, item.classification, item.measure);
                (
                    kind,
                    account,
                    item.amount,
                    item.amount_text.clone(),
                    item.money_unit.to_string(),
                    item.page,
                )
            })
        };
        let name = pdf.display();
        assert!(from_pdf.line_items.len() > 100, "{name}");
        let (mine, theirs) = (items(&from_pdf), items(&from_text));
        let missing: Vec<_> = theirs.iter().filter(|(row, count)| mine.get(row) != Some(count)).collect();
        let extra: Vec<_> = mine.iter().filter(|(row, count)| theirs.get(row) != Some(count)).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{name}: missing {missing:#?}, extra {extra:#?}"
        );

        let facts = |extraction: &Extraction| {
            counted(&extraction.facts, |fact| {
                (
                    fact.fact.clone(),
                    fact.subject.clone(),
                    fact.value_text.clone(),
                    fact.unit.clone(),
                    fact.reason.clone(),
                    fact.page,
                )
            })
        };
        assert_eq!(facts(&from_pdf), facts(&from_text), "{name}");
        assert_eq!(from_pdf.partition, from_text.partition, "{name}");

        let document = from_pdf.document.unwrap();
        assert_eq!((document.format, document.encoding), (SourceFormat::Pdf, None));
        assert_eq!(Some(document.title), from_text.document.map(|document| document.title));
        assert!(
            from_pdf
                .tables
                .iter()
                .all(|table| table.layout == Layout::Ruled && table.page.is_some())
        );
        assert!(from_pdf.line_items.iter().all(|item| item.line.is_none() && item.page.is_some()));
    }
}

#[test]
fn a_pdf_that_was_cut_off_gives_a_reject_and_no_rows() {
    let config = Config::load(None).unwrap();
    let Some((pdf, _)) = real().into_iter().next() else { return };
    let bytes = fs::read(pdf).unwrap();
    for hundredth in 0..100 {
        let cut = &bytes[..bytes.len() * hundredth / 100];
        let extraction = extract(cut, "cut.pdf", &config);
        assert!(extraction.document.is_none() && extraction.line_items.is_empty(), "{hundredth} %");
        let codes: Vec<RejectCode> = extraction.rejects.iter().map(|reject| reject.code).collect();
        let expected = if hundredth == 0 {
            RejectCode::EmptyFile
        } else {
            RejectCode::Damaged
        };
        assert_eq!(codes, [expected], "{hundredth} %");
    }
}

#[test]
fn flipped_bytes_give_the_same_rows_or_none() {
    let config = Config::load(None).unwrap();
    let Some((pdf, _)) = real().into_iter().next() else { return };
    let bytes = fs::read(pdf).unwrap();
    let amounts = |extraction: &Extraction| {
        counted(&extraction.line_items, |item| {
            (item.form, item.account_name.clone(), item.measure, item.amount)
        })
    };
    let whole = amounts(&extract(&bytes, "whole.pdf", &config));
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..60 {
        let mut flipped = bytes.clone();
        for _ in 0..1 + round % 4 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = usize::try_from(state % u64::try_from(flipped.len()).unwrap()).unwrap();
            flipped[at] ^= 1 << (state >> 61);
        }
        let extraction = extract(&flipped, "flipped.pdf", &config);
        if extraction.document.is_some() {
            for (row, count) in amounts(&extraction) {
                assert_eq!(whole.get(&row), Some(&count), "round {round}: a wrong amount {row:?}");
            }
        } else {
            assert!(!extraction.rejects.is_empty(), "round {round}");
        }
    }
}
