//! Tables as pages, spreadsheets and conversions leave them: what is printed is read, or named in `rejects`; nothing is lost silently and
//! no figure stands in a wrong column.

use budgetlake::codes::{Code, RejectCode};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;

const COVER: &str = "定州市史料保护与利用局2024年部门预算\n\n";
const HEAD: &str = "2024年部门预算支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n";
const FIRST: &str = "201\t一般公共服务支出\t100.00\t60.00\t40.00\n";
const SECOND: &str = "20126\t档案事务\t90.00\t55.00\t35.00\n";

fn read(text: &str) -> Extraction {
    extract(text.as_bytes(), "disclosure.txt", &Config::load(None).unwrap())
}

/// Account, measure and amount of every row.
fn rows(extraction: &Extraction) -> Vec<String> {
    extraction
        .line_items
        .iter()
        .map(|row| {
            let account = row.account_code.as_deref().unwrap_or(&row.account_name);
            format!("{} {account} {} {}", row.form.code(), row.measure.code(), row.amount)
        })
        .collect()
}

fn codes(extraction: &Extraction) -> Vec<RejectCode> {
    extraction.rejects.iter().map(|reject| reject.code).collect()
}

/// The rows of a form in one piece, without a warning.
fn whole() -> Vec<String> {
    let extraction = read(&[COVER, HEAD, FIRST, SECOND].concat());
    assert_eq!(codes(&extraction), []);
    rows(&extraction)
}

#[test]
fn a_table_goes_on_below_the_running_head_of_a_page() {
    assert_eq!(whole().len(), 6);
    for head in [COVER.trim(), "3", "— 3 —"] {
        let columns = HEAD.lines().last().unwrap();
        for header in [String::new(), format!("{columns}\n")] {
            let extraction = read(&format!("{COVER}{HEAD}{FIRST}\n{head}\n{header}{SECOND}"));
            assert_eq!(rows(&extraction), whole(), "{head} {header}");
            assert_eq!(codes(&extraction), []);
        }
    }
}

#[test]
fn figures_below_an_unknown_line_are_named_in_rejects() {
    let extraction = read(&format!("{COVER}{HEAD}{FIRST}\n承上页内容\n{SECOND}"));
    assert_eq!(rows(&extraction), whole()[..3]);
    assert_eq!(codes(&extraction), [RejectCode::UnknownForm]);
    assert_eq!(extraction.rejects[0].line, Some(9));
}

#[test]
fn a_form_feed_behind_a_row_costs_nothing() {
    let text = [COVER, HEAD, FIRST.trim_end(), "\x0c\n", SECOND].concat();
    assert_eq!(rows(&read(&text)), whole());
}

#[test]
fn rows_that_number_the_columns_are_no_amounts() {
    for numbering in [
        "甲\t乙\t1\t2\t3",
        "\t\t（1）\t（2）\t（3）",
        "栏次\t\t1=2+3\t2\t3",
        "\t\t①\t②\t③",
        "1\t2\t3=4+5\t4\t5",
    ] {
        let extraction = read(&[COVER, HEAD, numbering, "\n", FIRST, SECOND].concat());
        assert_eq!(rows(&extraction), whole(), "{numbering}");
        assert_eq!(codes(&extraction), [], "{numbering}");
    }
}

#[test]
fn whole_numbers_behind_the_contents_are_no_page_numbers() {
    let contents = "目录\n第一部分 概况………1\n第二部分 预算表………2\n";
    let body = "201\t一般公共服务支出\t100\t60\t40\n20126\t档案事务\t90\t55\t35\n";
    let extraction = read(&[COVER, contents, HEAD, body].concat());
    assert_eq!(rows(&extraction), whole());
}

#[test]
fn a_title_in_a_cell_begins_a_table() {
    let revenue = "\n2024年部门预算收入总表\t\t\n单位：万元\t\t\n项目\t\t金额\n一般公共预算拨款收入\t\t555.55\n";
    let extraction = read(&[COVER, HEAD, FIRST, SECOND, revenue].concat());
    let rows = rows(&extraction);
    assert_eq!(rows[..6], whole());
    assert_eq!(rows.len(), 7);
    assert!(rows[6].starts_with("revenue ") && rows[6].ends_with(" 5555500.00"), "{}", rows[6]);
}

#[test]
fn shifted_cells_make_no_row() {
    for (shifted, line) in [("合计\t100.00\t60.00\t40.00\n", 6), ("相关支出\t77.11\t70.11\t7.00\n", 6)] {
        let extraction = read(&[COVER, HEAD, shifted, FIRST, SECOND].concat());
        assert_eq!(rows(&extraction), whole(), "{shifted}");
        assert_eq!(codes(&extraction), [RejectCode::UnnamedRow]);
        assert_eq!(extraction.rejects[0].line, Some(line));
    }
}

#[test]
fn a_last_number_that_may_be_cut_off_is_left_out() {
    for (end, amounts, warned) in [("35.00", 6, false), ("35.0", 5, true), ("3", 5, true)] {
        let extraction = read(&[COVER, HEAD, FIRST, "20126\t档案事务\t90.00\t55.00\t", end].concat());
        assert_eq!(rows(&extraction), whole()[..amounts], "{end}");
        assert_eq!(codes(&extraction).contains(&RejectCode::Truncated), warned, "{end}");
    }
}

#[test]
fn two_numbers_in_a_cell_are_not_joined() {
    let extraction = read(&[COVER, HEAD, "201\t一般公共服务支出\t100.5 67\t60.00\t40.00\n", SECOND].concat());
    assert_eq!(rows(&extraction), whole()[1..]);
    assert_eq!(codes(&extraction), [RejectCode::BadAmount]);
}

#[test]
fn a_path_tells_the_year_where_nothing_else_does() {
    let year = |path: &str, text: &str| {
        let extraction = extract(text.as_bytes(), path, &Config::load(None).unwrap());
        extraction.partition.year
    };
    let silent = [COVER, HEAD, FIRST].concat().replace("2024年", "");
    assert_eq!(year("2023/定州市/档案局12024.txt", &silent), Some(2023));
    assert_eq!(year("档案局.txt", &silent), None);
    assert_eq!(year("2023/档案局.txt", &[COVER, HEAD, FIRST].concat()), Some(2024));
}
