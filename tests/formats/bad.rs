//! Bad files of every format: a reject with a code, never a panic, never a wrong row.

use std::sync::LazyLock;

use budgetlake::codes::RejectCode;
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::synth::Size;
use proptest::prelude::*;

use super::written::{docx, html, packed, pieces, xlsx};
use super::{disclosures, rows};

fn codes(bytes: &[u8], config: &Config) -> Vec<RejectCode> {
    let extraction = extract(bytes, "bad", config);
    assert!(extraction.document.is_none() && extraction.line_items.is_empty());
    extraction.rejects.iter().map(|reject| reject.code).collect()
}

#[test]
fn packages_that_were_cut_off_give_a_reject() {
    let config = Config::load(None).unwrap();
    let pieces = pieces(&disclosures(1, Size::Full)[0]);
    for bytes in [docx(&pieces), xlsx(&pieces)] {
        for hundredth in 1..100 {
            let cut = &bytes[..bytes.len() * hundredth / 100];
            let codes = codes(cut, &config);
            assert!(
                matches!(codes.as_slice(), [RejectCode::Damaged | RejectCode::UnsupportedFormat]),
                "{hundredth} %: {codes:?}"
            );
        }
    }
}

#[test]
fn a_page_that_was_cut_off_gives_no_amount_that_the_whole_does_not_have() {
    let config = Config::load(None).unwrap();
    let text = &disclosures(1, Size::Full)[0];
    let page = html(&pieces(text));
    let whole = extract(&page, "a.html", &config);
    let amounts: Vec<_> = whole.line_items.iter().map(|item| item.amount).collect();
    for twentieth in 1..20 {
        let cut = extract(&page[..page.len() * twentieth / 20], "a.html", &config);
        // The last amount may have lost its last digits.
        let wrong = cut.line_items.iter().filter(|item| !amounts.contains(&item.amount)).count();
        assert!(wrong <= 1, "{twentieth}");
    }
}

#[test]
fn bombs_are_given_up() {
    let config = Config::load(None).unwrap();
    let bomb = packed(&[("word/document.xml", " ".repeat(300 << 20))]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(codes(&bomb, &config), [RejectCode::LimitReached]);

    let entities: String = (1..30)
        .map(|level| format!("<!ENTITY e{level} \"&e{};&e{};\">", level - 1, level - 1))
        .collect();
    let document = format!("<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY e0 \"1.00\">{entities}]><d><p><t>&e29;</t></p></d>");
    assert_eq!(
        codes(&packed(&[("word/document.xml", document)]), &config),
        [RejectCode::NotADisclosure]
    );

    let deep = format!("<d>{}", "<p>".repeat(100_000));
    assert_eq!(codes(&packed(&[("word/document.xml", deep)]), &config), [RejectCode::LimitReached]);
    let page = format!("<html><body>{}", "<div><table><tr><td>".repeat(3_000));
    assert_eq!(codes(page.as_bytes(), &config), [RejectCode::NotADisclosure]);

    let wide = "<html><body><table><tr><td colspan=1000000 rowspan=1000000>1.00</td><td>2.00</td></tr></table>";
    assert!(codes(wide.as_bytes(), &config).contains(&RejectCode::NotADisclosure));
}

/// A PDF of one page with these drawing operators, everything where it must be.
fn pdf(content: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let start = bytes.len();
    bytes.extend(b"xref\n0 6\n0000000000 65535 f \n");
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    bytes
}

#[test]
fn pdfs_without_an_end_are_given_up() {
    let mut config = Config::load(None).unwrap();
    let text = "BT /F1 12 Tf 72 700 Td (Budget 2024) Tj ET\n";
    assert_eq!(codes(&pdf(text), &config), [RejectCode::NotADisclosure]);
    assert_eq!(codes(&pdf(""), &config), [RejectCode::Scanned]);
    // A million pieces of paths on a page are a drawing; beyond the limit they are given up.
    let mesh: String = (0..200_000)
        .map(|line| format!("{} 0 m {} 800 l S\n", line % 590, (line * 7) % 590))
        .collect();
    assert_eq!(codes(&pdf(&format!("{text}{mesh}")), &config), [RejectCode::NotADisclosure]);
    config.settings.limits.max_operations = 100_000;
    assert_eq!(codes(&pdf(&format!("{text}{mesh}")), &config), [RejectCode::LimitReached]);
    config.settings.limits.max_pages = 0;
    assert_eq!(codes(&pdf(text), &config), [RejectCode::LimitReached]);
}

#[test]
fn objects_that_nest_deeply_are_survived() {
    let config = Config::load(None).unwrap();
    let deep = format!("{}1{} 0 0 rg BT /F1 12 Tf (x) Tj ET", "[".repeat(50_000), "]".repeat(50_000));
    let extraction = extract(&pdf(&deep), "deep.pdf", &config);
    assert!(extraction.document.is_none() && !extraction.rejects.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Flipped bytes: no panic, and no more amounts than there are.
    #[test]
    fn flipped_bytes_are_survived(flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8u32), 1..6), kind in 0..3usize) {
        static FILES: LazyLock<(Config, [Vec<u8>; 3])> = LazyLock::new(|| {
            let pieces = pieces(&disclosures(1, Size::Full)[0]);
            (Config::load(None).unwrap(), [html(&pieces), docx(&pieces), xlsx(&pieces)])
        });
        let (config, files) = &*FILES;
        let mut bytes = files[kind].clone();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        let extraction = extract(&bytes, "flipped", config);
        prop_assert!(extraction.document.is_some() || !extraction.rejects.is_empty());
        let _ = rows(&extraction);
    }
}
