//! The same disclosure in every format gives the same rows; bad files give rejects.

mod bad;
mod cells;
mod converted;
mod office;
mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use budgetlake::codes::{Layout, RejectCode, SourceFormat};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::synth::{Encoding, Options, Size, file};

/// Generated disclosures whose tables have tabs.
fn disclosures(documents: u32, size: Size) -> Vec<String> {
    let options = Options {
        seed: 7,
        cities: 14,
        years: 2022..=2025,
        layout: Some(Layout::Tabbed),
        encoding: Some(Encoding::Utf8),
        size,
    };
    (0..documents)
        .map(|index| String::from_utf8(file(&options, index).unwrap().bytes).unwrap())
        .collect()
}

/// What is compared: amounts, facts, indicators, identity.
fn rows(extraction: &Extraction) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    let items = extraction.line_items.iter().map(|item| {
        let account = (
            &item.account_code,
            &item.account_name,
            &item.counterpart_name,
            &item.project_name,
            item.item,
        );
        let kind = (item.form, item.side, item.row_kind, item.measure);
        format!("{kind:?} {account:?} {} {}", item.amount, item.money_unit)
    });
    let facts = extraction
        .facts
        .iter()
        .map(|fact| format!("{} {:?} {:?}", fact.fact, fact.subject, fact.value));
    let indicators = extraction.indicators.iter().map(|row| {
        format!(
            "{:?} {:?} {:?} {} {:?}",
            row.project_name, row.horizon, row.category, row.indicator_name, row.target_text
        )
    });
    let identity = [format!("{:?}", extraction.partition)];
    for row in items.chain(facts).chain(indicators).chain(identity) {
        *rows.entry(row).or_default() += 1;
    }
    rows
}

fn assert_same(text: &str, bytes: &[u8], format: SourceFormat, config: &Config) -> Extraction {
    let (wanted, given) = (extract(text.as_bytes(), "a.txt", config), extract(bytes, "a.bin", config));
    let (left, right) = (rows(&wanted), rows(&given));
    let missing: Vec<_> = left.iter().filter(|(row, count)| right.get(*row) != Some(count)).collect();
    let extra: Vec<_> = right.iter().filter(|(row, count)| left.get(*row) != Some(count)).collect();
    assert!(wanted.line_items.len() > 50);
    assert!(
        missing.is_empty() && extra.is_empty(),
        "{format}: missing {missing:#?}\nextra {extra:#?}\n{:#?}",
        given.rejects
    );
    assert_eq!(given.document.as_ref().map(|document| document.format), Some(format));
    given
}

#[test]
fn a_web_page_gives_the_rows_of_its_text() {
    let config = Config::load(None).unwrap();
    for text in disclosures(8, Size::Full) {
        let page = written::html(&written::pieces(&text));
        let given = assert_same(&text, &page, SourceFormat::Html, &config);
        assert_eq!(given.document.unwrap().encoding.as_deref(), Some("gb18030"));
        assert!(given.tables.iter().all(|table| table.layout == Layout::Markup));
    }
}

#[test]
fn a_word_document_gives_the_rows_of_its_text() {
    let config = Config::load(None).unwrap();
    for text in disclosures(8, Size::Full) {
        assert_same(&text, &written::docx(&written::pieces(&text)), SourceFormat::Docx, &config);
    }
}

#[test]
fn a_workbook_gives_the_rows_of_its_text() {
    let config = Config::load(None).unwrap();
    for text in disclosures(8, Size::Full) {
        let given = assert_same(&text, &written::xlsx(&written::pieces(&text)), SourceFormat::Xlsx, &config);
        assert!(
            given
                .line_items
                .iter()
                .all(|item| item.sheet.is_some() && item.page.is_none() && item.line.is_some())
        );
        let hidden = given.rejects.iter().filter(|reject| reject.code == RejectCode::Hidden);
        let messages: Vec<&str> = hidden.map(|reject| reject.message.as_str()).collect();
        assert!(messages.iter().any(|message| message.contains("底稿")), "{messages:?}");
        assert!(
            messages.iter().any(|message| message.starts_with("1 hidden columns")),
            "{messages:?}"
        );
    }
}

/// What a command prints; `None` where it isn't there or fails.
fn output(command: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(command).args(arguments).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program that makes files is there, with a Chinese font; it is said loudly where it isn't.
fn can_convert(program: &str) -> bool {
    let has_fonts = output("fc-list", &[":lang=zh"]).is_some_and(|fonts| !fonts.trim().is_empty());
    let is_there = has_fonts && output(program, &["--version"]).is_some();
    let is_required = std::env::var("BUDGETLAKE_REQUIRE_CONVERTERS").is_ok_and(|set| set == "1");
    assert!(
        is_there || !is_required,
        "there is no {program} with a Chinese font; .ci/run installs both"
    );
    if !is_there {
        eprintln!("SKIPPED: there is no {program} with a Chinese font; .ci/run installs both");
    }
    is_there
}

#[test]
fn a_printed_page_gives_the_rows_of_its_text() {
    if !can_convert("chromium") {
        return;
    }
    let config = Config::load(None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (number, text) in disclosures(2, Size::Full).into_iter().enumerate() {
        let pdf = printed(folder.path(), number, &written::printable(&written::pieces(&text), ""));
        let given = assert_same(&text, &std::fs::read(&pdf).unwrap(), SourceFormat::Pdf, &config);
        assert!(given.tables.iter().all(|table| table.layout == Layout::Ruled));
    }
}

/// A web page as Chromium prints it.
fn printed(folder: &Path, number: usize, page: &str) -> PathBuf {
    let (html, pdf) = (folder.join(format!("{number}.html")), folder.join(format!("{number}.pdf")));
    std::fs::write(&html, page).unwrap();
    let print = format!("--print-to-pdf={}", pdf.display());
    let url = format!("file://{}", html.display());
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        &profile,
        &print,
        &url,
    ];
    assert!(output("chromium", &arguments).is_some() && pdf.exists());
    pdf
}

#[test]
fn spans_of_cells_are_kept() {
    let page = "<html><body><p>某市教育局2024年部门预算</p><p>收支总表</p><p>单位：万元</p><table>\
        <tr><th colspan=2>收入</th><th colspan=2>支出</th></tr><tr><th>项目</th><th>预算数</th><th>项目</th><th>预算数</th></tr>\
        <tr><td>一、一般公共预算</td><td>10.50</td><td rowspan=2>五、教育支出</td><td rowspan='2'>12.00</td></tr>\
        <tr><td>二、政府性基金预算</td><td>1.50</td></tr><tr><td>收入总计</td><td>12.00</td><td>支出总计</td><td>12.00</td></tr></table></body></html>";
    let extraction = extract(page.as_bytes(), "a.html", &Config::load(None).unwrap());
    let amounts: Vec<(String, String)> = extraction
        .line_items
        .iter()
        .map(|item| (item.account_name.clone(), item.amount_text.clone()))
        .collect();
    let pair = |name: &str, amount: &str| (name.to_owned(), amount.to_owned());
    let expected = [
        pair("一般公共预算", "10.50"),
        pair("教育支出", "12.00"),
        pair("政府性基金预算", "1.50"),
        pair("收入总计", "12.00"),
        pair("支出总计", "12.00"),
    ];
    assert_eq!(amounts, expected);
}
