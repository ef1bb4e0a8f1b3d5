//! Tables without cells that are damaged: no panic, no hang, and nothing silently wrong.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use budgetlake::codes::{Form, Layout, Measure, RejectCode};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::synth::{Encoding, Options, Size, file};

fn read(text: &str) -> Extraction {
    let start = Instant::now();
    let extraction = extract(text.as_bytes(), "disclosure.txt", &Config::load(None).unwrap());
    assert!(start.elapsed() < Duration::from_secs(60), "it took {:?}", start.elapsed());
    extraction
}

/// Form, code or name, measure, yuan.
fn amounts(extraction: &Extraction) -> Vec<(Form, String, Measure, String)> {
    let account = |row: &budgetlake::tables::LineItem| row.account_code.clone().unwrap_or_else(|| row.account_name.clone());
    extraction
        .line_items
        .iter()
        .map(|row| (row.form, account(row), row.measure, row.amount.to_string()))
        .collect()
}

fn says(extraction: &Extraction, code: RejectCode) -> bool {
    extraction.rejects.iter().any(|reject| reject.code == code)
}

const HEAD: &str = "忻州市河灯事务局2024年度部门预算\n\n";
const EXPENDITURE: &str = "支出总表\n部门：忻州市河灯事务局 单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n";

#[test]
fn a_form_that_is_cut_off_gives_what_is_left() {
    let text = format!("{HEAD}{EXPENDITURE}合计 9.00 4.00 5.00\n206 科学技术支出 9.00 4.00 5.00\n20601 科学技术管理");
    let read = read(&text);
    assert_eq!(amounts(&read).len(), 6, "{:?}", amounts(&read));
}

#[test]
fn rows_under_no_title_are_named() {
    let rows = "206 科学技术支出 9.00 4.00 5.00\n20601 科学技术管理事务 9.00 4.00 5.00\n";
    let text = format!("{HEAD}{EXPENDITURE}合计 9.00 4.00 5.00\n第二部分 情况说明\n一、收入为9.00万元。\n{rows}第三部分 名词解释\n");
    let read = read(&text);
    assert_eq!(amounts(&read).len(), 3, "{:?}", amounts(&read));
    let loose: Vec<_> = read
        .rejects
        .iter()
        .filter(|reject| reject.code == RejectCode::UnknownForm)
        .collect();
    assert!(
        matches!(loose[..], [one] if one.message.starts_with("2 lines") && one.line == Some(9)),
        "{loose:?}"
    );
}

#[test]
fn a_row_between_a_title_and_its_table_is_named() {
    let grid =
        "| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | --- | --- | --- |\n| 205 | 教育支出 | 9.00 | 4.00 | 5.00 |\n";
    let text = format!("{HEAD}支出总表\n部门：忻州市河灯事务局 单位：万元\n201 一般公共服务支出 9.00 4.00 5.00\n\n{grid}");
    let read = read(&text);
    assert_eq!(amounts(&read).len(), 3, "{:?}", amounts(&read));
    assert!(says(&read, RejectCode::UnknownForm), "{:?}", read.rejects);
}

#[test]
fn a_figure_without_a_name_in_lines_is_named_and_left_out() {
    let rows = [
        "          人员经费                                          公用经费",
        "科目编码    科目名称              金额            科目编码    科目名称              金额",
        "301         工资福利支出          30.00           302         商品和服务支出        9.00",
        "30101       基本工资              20.00           30201       办公费                4.00",
        "30102       津贴补贴              10.00           30202       印刷费                5.00",
        "                                                                                    7.00",
        "人员经费合计                      30.00           公用经费合计                      9.00",
    ];
    let read = read(&format!("{HEAD}一般公共预算基本支出表\n单位：万元\n{}\n", rows.join("\n")));
    assert_eq!(amounts(&read).len(), 8, "{:?}", amounts(&read));
    assert!(says(&read, RejectCode::UnnamedRow), "{:?}", read.rejects);
}

#[test]
fn a_sign_apart_from_its_figure_in_aligned_text_is_named() {
    let rows = [
        "科目编码    科目名称            合计       基本支出     项目支出",
        "            合计               - 3.00       - 9.00        6.00",
        "205         教育支出           - 5.00       - 9.00        4.00",
        "206         科学技术支出         2.00                     2.00",
    ];
    let read = read(&format!("{HEAD}一般公共预算支出表\n单位：万元\n{}\n", rows.join("\n")));
    assert!(
        amounts(&read).iter().all(|(_, account, ..)| account == "206"),
        "{:?}",
        amounts(&read)
    );
    let named = read
        .rejects
        .iter()
        .filter(|reject| reject.excerpt.as_deref().is_some_and(|text| text.contains("- 9.00")));
    assert_eq!(named.count(), 2, "{:?}", read.rejects);
}

#[test]
fn figures_under_headers_that_name_nothing_are_left_out() {
    let grid = "合计\t基本支出\t项目支出\n9.00\t4.00\t5.00\n8.00\t3.00\t5.00\n";
    let read = read(&format!("{HEAD}支出总表\n单位：万元\n{grid}"));
    assert!(
        amounts(&read).is_empty() && says(&read, RejectCode::LostColumn),
        "{:?}",
        amounts(&read)
    );
}

#[test]
fn any_beginning_of_a_file_is_read_without_wrong_amounts() {
    for layout in [Layout::Linear, Layout::Aligned, Layout::Pipes, Layout::Stacked] {
        let options = Options {
            seed: 5,
            cities: 3,
            years: 2023..=2023,
            layout: Some(layout),
            encoding: Some(Encoding::Utf8),
            size: Size::Small,
        };
        let whole = file(&options, 1).unwrap();
        let lines: Vec<&str> = whole.text.split_inclusive('\n').collect();
        let printed: Vec<_> = whole
            .disclosure
            .truth()
            .map(|truth| (truth.key.form, truth.measure, truth.amount.to_string()))
            .collect();
        for end in (20..lines.len()).step_by(lines.len() / 12) {
            for (form, account, measure, amount) in amounts(&read(&lines[..end].concat())) {
                let right = printed.contains(&(form, measure, amount.clone()));
                assert!(
                    right,
                    "{layout:?} up to line {end}: {form:?} {account} {measure:?} {amount} is printed nowhere"
                );
            }
        }
    }
}

#[test]
fn rows_of_another_form_in_between_are_not_taken_for_parts() {
    let text = format!(
        "{HEAD}{EXPENDITURE}合计 9.00 4.00 5.00\n收入总表\n部门：忻州市河灯事务局 单位：万元\n科目编码 科目名称 合计 一般公共预算 政府性基金预算\n\
         206 科学技术支出 9.00 4.00 5.00\n合计 8.00 3.00 5.00\n"
    );
    let read = read(&text);
    for (form, _, measure, amount) in amounts(&read) {
        let right = match form {
            Form::Expenditure => measure == Measure::Total && amount == "90000.00" || matches!(measure, Measure::Basic | Measure::Project),
            _ => !matches!(measure, Measure::Basic | Measure::Project),
        };
        assert!(right, "{form:?} {measure:?} {amount}");
    }
}

#[test]
fn a_column_that_is_missing_everywhere_is_not_guessed() {
    // Basic expenditure has vanished: the other figures add up in no column of the form.
    let text = format!("{HEAD}{EXPENDITURE}合计 9.00 5.00\n206 科学技术支出 9.00 5.00\n20601 科学技术管理事务 9.00 5.00\n");
    let read = read(&text);
    assert!(
        amounts(&read)
            .iter()
            .all(|(.., measure, _)| !matches!(measure, Measure::Basic | Measure::Project)),
        "{:?}",
        amounts(&read)
    );
    assert!(says(&read, RejectCode::AmbiguousColumn));
}

#[test]
fn amounts_that_do_not_add_up_are_rows_where_their_columns_are_printed() {
    let text = format!("{HEAD}{EXPENDITURE}合计 9.00 4.00 6.00\n206 科学技术支出 8.00 4.00 5.00\n");
    assert_eq!(amounts(&read(&text)).len(), 6);
    // Without the columns nothing decides.
    let text = format!("{HEAD}{EXPENDITURE}合计 9.00 4.00 6.00\n206 科学技术支出 8.00 5.00\n");
    let read = read(&text);
    assert_eq!(amounts(&read).len(), 3, "{:?}", amounts(&read));
    assert!(says(&read, RejectCode::AmbiguousColumn));
}

#[test]
fn a_page_in_the_wrong_order_gives_no_amount_that_is_not_printed() {
    let options = Options {
        seed: 9,
        cities: 3,
        years: 2023..=2023,
        layout: Some(Layout::Aligned),
        encoding: Some(Encoding::Utf8),
        size: Size::Small,
    };
    let whole = file(&options, 0).unwrap();
    let mut pages: Vec<&str> = whole.text.split_inclusive('\u{c}').collect();
    assert!(pages.len() > 3);
    let middle = pages.len() / 2;
    pages.swap(middle, middle + 1);
    let printed: Vec<_> = whole
        .disclosure
        .truth()
        .map(|truth| (truth.measure, truth.amount.to_string()))
        .collect();
    for (.., measure, amount) in amounts(&read(&pages.concat())) {
        assert!(
            printed.contains(&(measure, amount.clone())),
            "{measure:?} {amount} is printed nowhere"
        );
    }
}

#[test]
fn a_form_of_fifty_thousand_lines_ends() {
    for gap in [" ", "      "] {
        let mut text = format!("{HEAD}{}", EXPENDITURE.replace(' ', gap));
        for row in 0..50_000 {
            writeln!(text, "2{:04}{:02}{gap}科目之{row}{gap}{row}.00{gap}{row}.00", row % 9_000, row % 90).unwrap();
        }
        let read = read(&text);
        assert!(!read.tables.is_empty());
    }
}

#[test]
fn a_hundred_parts_of_equal_amounts_end_the_search() {
    let mut text = format!("{HEAD}{EXPENDITURE}合计 60.00 30.00 30.00\n");
    for row in 0..60 {
        writeln!(text, "{} 科目之{row} 1.00 1.00", 201 + row).unwrap();
    }
    let read = read(&text);
    assert!(
        amounts(&read)
            .iter()
            .all(|(_, account, measure, _)| account == "合计" || *measure == Measure::Total)
    );
    assert!(says(&read, RejectCode::SolverLimit) || says(&read, RejectCode::AmbiguousColumn));
}
