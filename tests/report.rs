//! `budgetlake report`: what the page says is what the warehouse holds, and a real browser shows it.
//!
//! What only a browser can tell needs Chromium and the Python of the system; where there is none it is skipped and says so, unless
//! `BUDGETLAKE_REQUIRE_CONVERTERS=1`.
#![cfg(feature = "stats")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A department whose name holds what markup and scripts stumble over. (White space in names is layout, which the reading takes out.)
const NASTY: &str = "大同市\"<script>alert(1)<script>'&,<img src=x onerror=alert(2)>局";

/// A warehouse of a body with a nasty name, of a file of which nothing comes, and of bodies that publish year after year.
struct Case {
    root: TempDir,
}

impl Case {
    fn new() -> Self {
        let case = Self {
            root: tempfile::tempdir().unwrap(),
        };
        cargo_bin_cmd!("budgetlake-synth")
            .args([
                "--documents",
                "30",
                "--seed",
                "6",
                "--cities",
                "1",
                "--years",
                "2023..2024",
                "--small",
                "--out",
            ])
            .arg(case.path("in"))
            .assert()
            .success();
        fs::write(case.path("in/nasty \"<b>'&,\n.txt"), nasty_disclosure()).unwrap();
        fs::write(case.path("in/empty.txt"), "").unwrap();
        case.run();
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn run(&self) {
        let run = cargo_bin_cmd!("budgetlake")
            .arg("run")
            .arg(self.path("in"))
            .arg("--warehouse")
            .arg(self.path("lake"))
            .output()
            .unwrap();
        assert!(matches!(run.status.code(), Some(0 | 3)), "{run:?}");
    }

    fn report(&self, name: &str) -> String {
        cargo_bin_cmd!("budgetlake")
            .arg("report")
            .arg(self.path("lake"))
            .arg("--out")
            .arg(self.path(name))
            .assert()
            .success();
        fs::read_to_string(self.path(name)).unwrap()
    }
}

/// A disclosure that does not add up: 0.07 of a total of 0.08.
fn nasty_disclosure() -> String {
    format!(
        "{NASTY}2023年度部门预算\n\n2023年部门预算支出总表\n\n部门名称：{NASTY}\n\n单位：万元\n\n\
         科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t0.08\t0.08\t\n201\t一般公共服务支出\t0.07\t0.07\t\n"
    )
}

/// Steps for the browser, and what it did.
struct Look {
    answers: Vec<Value>,
    did: Value,
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| value == "1")
}

/// Chromium, or nothing where it is not installed and nobody insists on it; said loudly.
fn chromium() -> Option<&'static str> {
    let runs = |program: &&str| {
        Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    };
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(runs);
    assert!(
        found.is_some() || !is_set("BUDGETLAKE_REQUIRE_CONVERTERS"),
        "there is no Chromium; `apt-get install chromium` installs it"
    );
    if found.is_none() {
        eprintln!("SKIPPED: there is no Chromium to look at the report with");
    }
    found
}

/// Opens a page in a window of this size, takes the steps and gives what each expression evaluated to.
fn look(chromium: &str, page: &Path, size: &str, steps: &[Value]) -> Look {
    let mut browser = Command::new("python3")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser.py"))
        .args([Path::new(chromium), page, Path::new(size)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let script: String = steps.iter().map(|step| format!("{step}\n")).collect();
    browser.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    let output = browser.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut answers: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let did = answers.pop().unwrap();
    Look { answers, did }
}

fn js(expression: &str) -> Value {
    json!({ "js": expression })
}

#[test]
fn the_page_says_what_the_warehouse_holds() {
    let case = Case::new();
    let page = case.report("a.html");
    figures_are_those_of_the_statistics_and_lead_to_their_lines(&case, &page);
    what_went_wrong_is_named(&case, &page);
    // It is the same every time: a run with nothing new adds its record, and nothing else.
    case.run();
    let without_runs = |page: &str| page.split_once("id=\"runs-title\"").unwrap().0.to_owned();
    let again = case.report("b.html");
    assert_eq!(without_runs(&page), without_runs(&again));
    assert_ne!(page, again);
}

fn what_went_wrong_is_named(case: &Case, page: &str) {
    assert!(!page.contains("NaN"));
    // The input's place on this machine is nobody's business.
    assert!(!page.contains(case.root.path().to_str().unwrap()));
    let rejects = page.split_once("id=\"rejects-title\"").unwrap().1;
    assert!(rejects.contains("empty_file") && rejects.contains("empty.txt"));
    let worst = page.split_once("id=\"worst-title\"").unwrap().1;
    assert!(worst.contains("total_of_classes"));
    assert!(worst.contains("nasty &quot;&lt;b&gt;'&amp;,"));
    assert!(!page.contains("<img") && page.matches("<script").count() == 1);
}

fn figures_are_those_of_the_statistics_and_lead_to_their_lines(case: &Case, page: &str) {
    let query = "SELECT city, year, stage, account_code, SUM(amount) AS amount FROM expenditure_by_function WHERE level = 1 AND basis <> 'unit_alone' \
                 GROUP BY city, year, stage, account_code";
    let answer = cargo_bin_cmd!("budgetlake")
        .arg("sql")
        .arg(case.path("lake"))
        .args([query, "--format", "json"])
        .output()
        .unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&answer.stdout).unwrap();
    assert!(rows.len() > 20, "{}", rows.len());
    let functions = page.split_once("id=\"functions\"").unwrap().1.split_once("</table>").unwrap().0;
    for row in &rows {
        let amount = format!("data-v=\"{}\"", row["amount"].as_str().unwrap());
        assert!(functions.contains(&amount), "{row}");
    }
    // Every row says where its amounts are printed.
    let shown = functions.matches("<tr>").count() - 1;
    assert_eq!(shown, rows.len());
    assert_eq!(functions.matches("<details>").count(), shown);
    for item in functions.split("<li>").skip(1) {
        assert!(
            item.contains(".txt") && item.contains("支出总表") && item.contains("行</span>") && item.contains("元"),
            "{item}"
        );
    }
}

#[test]
fn a_browser_shows_it_sorts_and_filters() {
    let Some(chromium) = chromium() else { return };
    let case = Case::new();
    case.report("a.html");
    let numbers = "[...document.querySelectorAll('#functions tbody tr')].map(row => Number(row.cells[3].dataset.v))";
    let steps = [
        js("document.querySelector('.lang button').click(); document.documentElement.lang"),
        js("[...document.querySelectorAll('h2')].filter(heading => heading.innerText.trim()).length"),
        js("document.querySelectorAll('svg').length"),
        // Sorted by keyboard: first from the largest, then from the smallest.
        js("document.querySelectorAll('#functions thead button')[3].focus()"),
        json!({ "key": "Enter" }),
        js(&format!("(() => {{ const all = {numbers}; return all.every((v, i) => i === 0 || all[i - 1] >= v) && all.length > 20 }})()")),
        js("document.querySelectorAll('#functions thead th')[3].getAttribute('aria-sort')"),
        json!({ "key": "Enter" }),
        js(&format!("(() => {{ const all = {numbers}; return all.every((v, i) => i === 0 || all[i - 1] <= v) }})()")),
        js("[...document.querySelectorAll('#functions thead th')].map(head => head.getAttribute('aria-sort'))"),
        // Filtered: every word has to be in the row.
        js("(() => { const input = document.querySelector('#functions-filter'); input.value = '社会保障 2023'; input.dispatchEvent(new Event('input'));
            const rows = [...document.querySelectorAll('#functions tbody tr')]; const shown = rows.filter(row => row.offsetParent !== null);
            return [shown.length > 0 && shown.length < rows.length && shown.every(row => /社会保障/.test(row.innerText) && /2023/.test(row.innerText)),
                    document.querySelector('output[data-shown=functions]').innerText === `${shown.length} / ${rows.length}`] })()"),
        // A figure unfolds to its lines, by keyboard.
        js("(() => { const rows = [...document.querySelectorAll('#functions tbody tr')].filter(row => row.offsetParent !== null);
            rows[0].querySelector('summary').focus() })()"),
        json!({ "key": "Enter" }),
        js("(() => { const open = document.activeElement.parentElement; return open.open && /\\.txt · .*第 \\d+ 行 · .*元/.test(open.innerText) })()"),
        // The other language; nothing is shown in both.
        js("document.querySelectorAll('.lang button')[1].click(); [document.documentElement.lang, /Execution of the budget/.test(document.body.innerText), /预算执行率/.test(document.body.innerText)]"),
        js("[...document.querySelectorAll('table[data-sorts] thead button')].forEach(button => button.click())"),
        // Names are text: no element that one brought with it.
        js("document.querySelectorAll('img, iframe, b, script').length"),
        js("[...document.querySelectorAll('#departments tbody th')].some(cell => cell.innerText.includes('<script>alert(1)<script>'))"),
    ];
    let Look { answers, did } = look(chromium, &case.path("a.html"), "1200x900", &steps);
    let expected = [
        json!("zh-CN"),
        json!(7),
        json!(3),
        Value::Null,
        json!(true),
        json!("descending"),
        json!(true),
        json!(["none", "none", "none", "ascending", "none", "none", "none", null]),
        json!([true, true]),
        Value::Null,
        json!(true),
        json!(["en", true, false]),
        Value::Null,
        json!(1),
        json!(true),
    ];
    for (number, (answer, expected)) in answers.iter().zip(&expected).enumerate() {
        assert_eq!(answer, expected, "answer {number}");
    }
    assert_eq!(answers.len(), expected.len());
    assert_eq!(did, json!({ "console": [], "requests": [], "violations": [] }));

    // A phone shows it without scrolling sideways.
    let steps = [
        js("document.documentElement.scrollWidth <= window.innerWidth"),
        js("window.innerWidth"),
    ];
    let Look { answers, did } = look(chromium, &case.path("a.html"), "390x844", &steps);
    assert_eq!(answers, [json!(true), json!(390)]);
    assert_eq!(did["console"], json!([]));
}

#[test]
fn a_warehouse_without_disclosures_gives_a_page_that_says_so() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("in")).unwrap();
    fs::write(root.path().join("in/empty.txt"), "").unwrap();
    let lake = root.path().join("lake");
    cargo_bin_cmd!("budgetlake")
        .arg("run")
        .arg(root.path().join("in"))
        .arg("--warehouse")
        .arg(&lake)
        .assert()
        .code(3);
    let page = root.path().join("report.html");
    cargo_bin_cmd!("budgetlake")
        .arg("report")
        .arg(&lake)
        .arg("--out")
        .arg(&page)
        .assert()
        .success();
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.contains("There is no disclosure in the warehouse") && text.contains("empty_file"));
    if let Some(chromium) = chromium() {
        assert_eq!(
            look(chromium, &page, "1200x900", &[]).did,
            json!({ "console": [], "requests": [], "violations": [] })
        );
    }
}

#[test]
fn what_is_no_warehouse_is_wrong_usage_and_leaves_the_page_as_it_was() {
    let root = tempfile::tempdir().unwrap();
    let page = root.path().join("report.html");
    fs::write(&page, "before").unwrap();
    let assert = cargo_bin_cmd!("budgetlake")
        .arg("report")
        .arg(root.path().join("none"))
        .arg("--out")
        .arg(&page)
        .assert()
        .code(2);
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("none"), "{stderr}");
    assert_eq!(fs::read_to_string(&page).unwrap(), "before");
}
