//! Statistics and SQL over a snapshot: every figure against the generator's truth, the same bytes whatever the threads, and input that nobody wants.
//!
//! Comparisons need the Python of `make venv`.

#[path = "common/python.rs"]
mod python;
#[path = "common/warehouse.rs"]
mod warehouse;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type};
use assert_cmd::cargo::cargo_bin_cmd;
use budgetlake::config::Config;
use budgetlake::stats::{Dataset, datasets, described, names};
use budgetlake::views::{VIEWS, View};
use python::python;
use tempfile::TempDir;
use warehouse::{Ended, ended, hashes, program};

/// A warehouse of what lies in `in` below a directory.
struct Lake {
    root: TempDir,
}

impl Lake {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("in")).unwrap();
        Self { root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn put(&self, name: &str, text: &str) -> &Self {
        fs::write(self.path("in").join(name), text).unwrap();
        self
    }

    fn run(&self) -> &Self {
        let ended = ended(&mut warehouse::command(&self.path("in"), &self.path("lake")));
        assert!(matches!(ended.code, 0 | 3), "{ended:?}");
        self
    }

    fn snapshot(&self) -> PathBuf {
        self.path("lake/current")
    }

    fn datasets(&self) -> Vec<Dataset> {
        datasets(&self.snapshot(), &Config::load(None).unwrap()).unwrap()
    }

    fn sql(&self, query: &str, format: &str) -> Ended {
        ended(program().arg("sql").arg(self.path("lake")).arg(query).args(["--format", format]))
    }
}

fn synth(arguments: &[&str], out: &Path) {
    cargo_bin_cmd!("budgetlake-synth")
        .args(arguments)
        .arg("--out")
        .arg(out)
        .assert()
        .success();
}

fn of<'a>(datasets: &'a [Dataset], name: &str) -> &'a RecordBatch {
    &datasets.iter().find(|dataset| dataset.name == name).unwrap().rows
}

/// A cell as text; empty where it is null.
fn cell(rows: &RecordBatch, column: &str, row: usize) -> String {
    let column = rows.column_by_name(column).unwrap();
    if column.is_null(row) {
        return String::new();
    }
    if let Some(texts) = column.as_string_opt::<i32>() {
        return texts.value(row).to_owned();
    }
    if let Some(decimals) = column.as_primitive_opt::<Decimal128Type>() {
        return decimals.value_as_string(row);
    }
    if let Some(years) = column.as_primitive_opt::<Int32Type>() {
        return years.value(row).to_string();
    }
    column.as_primitive::<Int64Type>().value(row).to_string()
}

#[test]
fn every_statistic_is_that_of_the_truth() {
    let Some(python) = python() else { return };
    let lake = Lake::new();
    let truth = lake.path("truth");
    let (small, full) = (truth.join("small"), truth.join("full"));
    let plain = ["--layout", "tabbed", "--encoding", "utf-8", "--cities", "2"];
    let of_small = [
        "--documents",
        "140",
        "--seed",
        "9",
        "--small",
        "--years",
        "2022..2024",
        "--truth",
        small.to_str().unwrap(),
    ];
    synth(&[&plain[..], &of_small].concat(), &lake.path("in"));
    // Full ones have performance forms; their names come after those of the small ones.
    let of_full = [
        "--documents",
        "12",
        "--seed",
        "3",
        "--years",
        "2025..2025",
        "--truth",
        full.to_str().unwrap(),
    ];
    synth(&[&plain[..], &of_full].concat(), &lake.path("full"));
    for entry in fs::read_dir(lake.path("full")).unwrap().map(Result::unwrap) {
        let name = format!("full-{}", entry.file_name().to_str().unwrap());
        fs::rename(entry.path(), lake.path("in").join(name)).unwrap();
    }

    lake.run();
    let made = ended(program().arg("stats").arg(lake.path("lake")).arg("--out").arg(lake.path("stats")));
    assert_eq!(made.code, 0, "{made:?}");
    let compared = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stats.py"))
        .args([lake.snapshot(), lake.path("stats"), truth])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&compared.stdout) + String::from_utf8_lossy(&compared.stderr);
    assert!(compared.status.success(), "{said}");

    // Threads end in any order; bytes don't show it.
    let wanted = hashes(&lake.path("stats"));
    assert_eq!(wanted.len(), 21);
    for threads in ["1", "5"] {
        let out = lake.path(&format!("stats{threads}"));
        let made = ended(
            program()
                .env("POLARS_MAX_THREADS", threads)
                .env("RAYON_NUM_THREADS", threads)
                .args(["stats", "--quiet"])
                .arg(lake.path("lake"))
                .arg("--out")
                .arg(&out),
        );
        assert_eq!((made.code, made.stdout.as_str()), (0, ""), "{made:?}");
        assert_eq!(hashes(&out), wanted, "with {threads} threads");
    }
}

#[test]
fn the_documentation_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/statistics.md");
    let text = fs::read_to_string(&path).unwrap();
    let section = |view: &View| {
        let columns = view
            .columns()
            .into_iter()
            .map(|(name, meaning)| format!("| `{name}` | {meaning} |\n"));
        format!(
            "### `{}`\n\n{}\n\n| column | meaning |\n| --- | --- |\n{}\n",
            view.name,
            view.meaning(),
            columns.collect::<String>()
        )
    };
    let wanted = |text: &str, heading: &str, sections: String| {
        let (before, rest) = text
            .split_once(&format!("<!-- {heading}: cargo test writes this with UPDATE_DOCS=1 -->\n"))
            .unwrap();
        let (_, after) = rest.split_once("<!-- end -->\n").unwrap();
        format!("{before}<!-- {heading}: cargo test writes this with UPDATE_DOCS=1 -->\n\n{sections}<!-- end -->\n{after}")
    };
    let datasets: String = described().map(|view| section(&view)).collect();
    let views: String = VIEWS.iter().map(section).collect();
    let wanted = wanted(&wanted(&text, "datasets", datasets), "views", views);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(
        text == wanted || std::env::var_os("UPDATE_DOCS").is_some(),
        "docs/statistics.md is not what the code says; UPDATE_DOCS=1 writes it"
    );
}

/// A budget of one department with one 支出总表, as tabbed text; the third column is 项目支出.
fn budget(department: &str, year: u16, total: &str, class: &str) -> String {
    format!(
        "{department}{year}年度部门预算\n\n{year}年部门预算支出总表\n\n部门名称：{department}\n\n单位：元\n\n\
         科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t{total}\t0.00\t{total}\n201\t{class}\t{total}\t0.00\t{total}\n"
    )
}

#[test]
fn an_empty_warehouse_has_empty_statistics() {
    let lake = Lake::new();
    lake.put("nothing.txt", "").run();
    let made = lake.datasets();
    assert_eq!(made.iter().map(|dataset| dataset.name).collect::<Vec<_>>(), names());
    for dataset in &made {
        assert_eq!(dataset.rows.num_rows(), 0, "{}", dataset.name);
        assert_eq!(dataset.rows.num_columns(), dataset.columns.len());
    }
    let out = lake.path("stats");
    let ended = ended(program().arg("stats").arg(lake.path("lake")).arg("--out").arg(&out));
    assert_eq!(ended.code, 0, "{ended:?}");
    let csv = fs::read_to_string(out.join("execution.csv")).unwrap();
    assert!(
        csv.starts_with("\u{feff}city,year,department,") && csv.lines().count() == 1,
        "{csv}"
    );
}

#[test]
fn names_that_look_like_something_else_stay_names() {
    let lake = Lake::new();
    let names = ["大同市“甲,乙”局", "大同市<script>alert(1)</script>局", "大同市\"丙\"局"];
    for (number, name) in names.iter().enumerate() {
        lake.put(
            &format!("{number}.txt"),
            &budget(name, 2023, "12.34", "=HYPERLINK(\"x\"),一般公共服务支出"),
        );
    }
    lake.run();
    let made = lake.datasets();
    let departments = of(&made, "department_year");
    assert_eq!(departments.num_rows(), 3);
    let function = of(&made, "function_year");
    assert_eq!((function.num_rows(), cell(function, "amount", 0).as_str()), (1, "37.02"));
    assert_eq!(cell(function, "share_percent", 0), "100.0000");
    let formula = cell(function, "account_name", 0);
    assert!(formula.starts_with('='), "{formula}");

    let csv = String::from_utf8(budgetlake::stats::csv(function).unwrap()).unwrap();
    assert!(csv.contains(",\"'=HYPERLINK(\"\"x\"\"),一般公共服务支出\","), "{csv}");
    let csv = budgetlake::stats::csv(departments).unwrap();
    let mut reader = csv::Reader::from_reader(&csv["\u{feff}".len()..]);
    let read: Vec<String> = reader.records().map(|record| record.unwrap()[2].to_owned()).collect();
    let given: Vec<String> = (0..3).map(|row| cell(departments, "department", row)).collect();
    assert_eq!(read, given);
}

#[test]
fn nothing_is_divided_by_nothing() {
    let lake = Lake::new();
    let name = "大同市测试局";
    lake.put("2022.txt", &budget(name, 2022, "0.00", "一般公共服务支出"));
    lake.put("2023.txt", &budget(name, 2023, "10.00", "一般公共服务支出"));
    // 2024 is missing.
    lake.put("2025.txt", &budget(name, 2025, "△5.00", "一般公共服务支出"));
    lake.run();
    let made = lake.datasets();
    let function = of(&made, "function_year");
    let told = |row| ["amount", "share_percent", "previous_amount", "change", "change_percent"].map(|column| cell(function, column, row));
    assert_eq!(told(0), ["0.00", "", "", "", ""]);
    assert_eq!(told(1), ["10.00", "100.0000", "0.00", "10.00", ""]);
    assert_eq!(told(2), ["-5.00", "", "", "", ""]);
    assert_eq!(of(&made, "execution").num_rows(), 0);
    assert_eq!(of(&made, "coverage").num_rows(), 3);
}

#[test]
fn corrections_copies_and_units_count_once() {
    let lake = Lake::new();
    let department = "大同市测试局";
    lake.put("a.txt", &budget(department, 2023, "100.00", "一般公共服务支出"));
    // The same again with other bytes, a correction of it, and a unit of the department.
    lake.put("b.txt", &(budget(department, 2023, "100.00", "一般公共服务支出") + "\n"));
    lake.put("a（更正）.txt", &budget(department, 2023, "90.00", "一般公共服务支出"));
    let unit = "大同市测试中心";
    let of_unit = format!(
        "{unit}\n\n2023年度单位预算\n\n主管部门：{department}\n\n2023年单位预算支出总表\n\n单位名称：{unit}\n\n单位：元\n\n\
         科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t40.00\t0.00\t40.00\n201\t一般公共服务支出\t40.00\t0.00\t40.00\n"
    );
    lake.put("unit.txt", &of_unit);
    lake.run();
    let made = lake.datasets();
    let coverage = of(&made, "coverage");
    let counted: Vec<[String; 4]> = (0..coverage.num_rows())
        .map(|row| ["department", "disclosures", "counted", "basis"].map(|column| cell(coverage, column, row)))
        .collect();
    let function = of(&made, "function_year");
    assert_eq!(cell(function, "amount", 0), "90.00", "{counted:?}");
    let stands = |amount: &str| {
        lake.sql(
            &format!("SELECT path, edition, supersedes IS NULL AS first FROM documents ORDER BY path -- {amount}"),
            "csv",
        )
        .stdout
    };
    assert!(stands("").contains("a（更正）.txt,3,false"), "{}", stands(""));
}

#[test]
fn a_form_that_is_printed_twice_or_goes_on_counts_once() {
    let head = |title: &str| {
        format!("2023年部门预算{title}\n\n部门名称：大同市测试局\n\n单位：元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n")
    };
    let (first, second) = (
        "201\t一般公共服务支出\t70.00\t0.00\t70.00\n",
        "208\t社会保障和就业支出\t30.00\t0.00\t30.00\n",
    );
    let total = "\t合计\t100.00\t0.00\t100.00\n";
    let table = |rows: &str| format!("{}{rows}\n\n说明文字。\n\n", head("支出总表"));
    let twice = format!("{total}{first}{second}");
    let between = "2023年部门预算收入总表\n\n单位：元\n\n科目编码\t科目名称\t合计\t一般公共预算\n\t合计\t100.00\t100.00\n\n";
    for (one, other) in [(twice.clone(), twice.as_str()), (format!("{total}{first}"), second)] {
        let tables = table(&one) + between + &table(other);
        let lake = Lake::new();
        lake.put("a.txt", &format!("大同市测试局2023年度部门预算\n\n{tables}")).run();
        let copies = lake.sql("SELECT MAX(copies) AS copies FROM counted_tables", "csv");
        assert_eq!(copies.stdout, "\u{feff}copies\r\n2\r\n", "{copies:?}");
        let made = lake.datasets();
        let function = of(&made, "function_year");
        let told: Vec<String> = (0..function.num_rows()).map(|row| cell(function, "amount", row)).collect();
        assert_eq!(told, ["70.00", "30.00"]);
        assert_eq!(cell(of(&made, "department_year"), "expenditure_total", 0), "100.00");
    }
}

#[test]
fn questions_are_answered_and_mistakes_named() {
    let lake = Lake::new();
    lake.put("a.txt", &budget("大同市测试局", 2023, "12.30", "一般公共服务支出")).run();
    let json = lake.sql(
        "SELECT department, amount, project_name FROM counted_amounts WHERE measure = 'project' AND row_kind = 'item'",
        "json",
    );
    let read: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        read,
        serde_json::json!([{ "department": "大同市测试局", "amount": "12.30", "project_name": null }])
    );
    let csv = lake.sql(
        "SELECT SUM(amount) AS total, COUNT(*) AS n FROM line_items WHERE form = 'expenditure' AND measure = 'total'",
        "csv",
    );
    assert_eq!(csv.stdout, "\u{feff}total,n\r\n24.60,2\r\n");
    let table = lake.sql("SELECT city, year FROM documents", "table");
    assert!(table.stdout.contains("大同市") && table.stdout.contains("1 row"), "{table:?}");
    let first = lake.sql(
        "SELECT account_name, amount FROM line_items WHERE row_kind = 'item' ORDER BY amount DESC, measure LIMIT 1",
        "csv",
    );
    assert_eq!(
        first.stdout, "\u{feff}account_name,amount\r\n一般公共服务支出,12.30\r\n",
        "{first:?}"
    );
    for view in VIEWS {
        let all = lake.sql(&format!("SELECT * FROM {}", view.name), "json");
        assert_eq!(all.code, 0, "{}: {all:?}", view.name);
    }
    let wrong = lake.sql("SELECT nothing FROM nowhere", "table");
    assert!(
        wrong.code == 1 && wrong.stderr.contains("nowhere") && wrong.stderr.contains("line_items"),
        "{wrong:?}"
    );
    let no_warehouse = ended(program().args(["sql", "/nonexistent", "SELECT 1"]));
    assert_eq!(no_warehouse.code, 2, "{no_warehouse:?}");
}

/// Real disclosures beside the repository: what their totals say is what the statistics say.
#[test]
fn the_main_figures_of_real_disclosures_are_the_printed_ones() {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    let Some(seeds) = above.map(|above| above.join("shared/seeds")).find(|seeds| seeds.is_dir()) else {
        eprintln!("SKIPPED: no folder shared/seeds with real disclosures lies beside the repository");
        return;
    };
    let lake = Lake::new();
    for entry in fs::read_dir(seeds).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), lake.path("in").join(entry.file_name())).unwrap();
    }
    lake.run();
    let made = lake.datasets();
    let departments = of(&made, "department_year");
    let columns = [
        "year",
        "stage",
        "basis",
        "revenue_total",
        "expenditure_total",
        "basic_expenditure",
        "project_expenditure",
        "three_public_total",
        "agency_operating",
        "projects",
    ];
    let told: Vec<String> = (0..departments.num_rows())
        .map(|row| columns.map(|column| cell(departments, column, row)).join(" "))
        .collect();
    // As printed in each one's 收支总表, 支出总表, “三公”, 机关运行经费 and project tables, in yuan.
    let printed = [
        "2023 budget department 13324400.00 13324400.00 7239700.00 6084700.00 35000.00 735100.00 16",
        "2023 budget units 6679800.00 6679800.00 5476500.00 1203300.00 32000.00 0.00 7",
        "2023 final_account department 150098000.00 150098000.00 24604100.00 125468400.00 63000.00 944100.00 10",
        "2024 budget department 51034200.00 51034200.00 23067400.00 27966800.00 121000.00 1999100.00 45",
        "2022 budget department 104414100.00 104414100.00 11688400.00 92725700.00 50000.00 1525200.00 11",
    ];
    assert_eq!(told, printed);
    let scores = of(&made, "performance_scores");
    assert_eq!(
        ["projects", "average_score", "lowest_score"].map(|column| cell(scores, column, 0)),
        ["10", "92.6580", "79.1700"]
    );
}
