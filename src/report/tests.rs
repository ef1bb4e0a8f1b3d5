use rust_decimal::Decimal;

use super::gather::LIMITS;
use super::model::*;
use super::page::page;
use crate::codes::{Form, RejectCode, Severity, Stage};
use crate::money::Yuan;

/// What a name may hold that markup, attributes and scripts stumble over.
const NASTY: &str = "</td></script><script>alert(1)</script>\"'&,\n<img src=x onerror=alert(2)>";

fn yuan(cents: i128) -> Yuan {
    Yuan::from_cents(cents).expect("it is within the range")
}

fn sources() -> Top<Source> {
    let source = Source {
        path: NASTY.to_owned(),
        form: Some(Form::ThreePublic),
        place: Place {
            line: Some(12),
            page: Some(3),
            sheet: Some(NASTY.to_owned()),
        },
        printed: NASTY.to_owned(),
        amount: yuan(123_456_789),
    };
    Top::first(vec![source; 5], 3)
}

/// A page with every text that comes from disclosures as bad as it gets.
fn report(name: &str) -> Report {
    let name = || name.to_owned();
    let period = Period {
        year: 2023,
        stage: Stage::Budget,
    };
    let fill = Fill {
        documents: 1,
        departments: 1,
        forms: 12,
        due: 13,
    };
    let disclosure = Disclosure {
        path: name(),
        period,
        is_unit: true,
        forms: (12, 13),
        failed: 2,
    };
    let covered = Covered {
        city: name(),
        department: name(),
        cells: vec![Some(fill), None],
        documents: Top::first(vec![disclosure], 5),
    };
    let failure = Failure {
        rule: name(),
        message: name(),
        form: None,
        place: Place::default(),
    };
    let example = RejectExample {
        path: name(),
        place: Place::default(),
        message: name(),
        excerpt: name(),
    };
    Report {
        head: Head {
            snapshot: name(),
            version: "0",
            documents: 1,
            ..Head::default()
        },
        coverage: Coverage {
            periods: vec![
                period,
                Period {
                    year: 2023,
                    stage: Stage::FinalAccount,
                },
            ],
            cities: Top::first(vec![covered.clone()], 10),
            departments: Top::first(vec![covered], 10),
        },
        functions: Top {
            rows: vec![FunctionRow {
                city: name(),
                period,
                code: name(),
                name: name(),
                amount: yuan(123_456_789),
                share: Some(Decimal::new(125, 1)),
                change: Change::default(),
                departments: 1,
                sources: sources(),
            }],
            total: 1234,
        },
        classes: Classes {
            period: Some(period),
            rows: vec![(name(), None, yuan(0)), (name(), Some(yuan(5)), yuan(-7))],
        },
        execution: Top::first(
            vec![Execution {
                city: name(),
                year: 2023,
                department: name(),
                basis: name(),
                budget: yuan(0),
                account: yuan(100),
                rate: None,
                sources: sources(),
            }],
            10,
        ),
        rates: vec![0; RATE_STEPS.len() + 1],
        three_public: Top::first(
            vec![ThreePublicRow {
                city: name(),
                period,
                item: name(),
                amount: yuan(0),
                departments: 1,
                change: Change {
                    percent: Some(Decimal::ONE_HUNDRED),
                    is_alike: false,
                },
                sources: sources(),
            }],
            10,
        ),
        trend: Trend {
            stage: Some(Stage::Budget),
            years: vec![2023],
            lines: vec![(name(), vec![None]), (name(), vec![Some(yuan(1))])],
        },
        rules: Top::first(
            vec![RuleRow {
                rule: name(),
                zh: name(),
                en: name(),
                passed: 1,
                failed: 2,
                notices: 3,
                not_applicable: 4,
            }],
            10,
        ),
        worst: Top::first(
            vec![WorstRow {
                city: name(),
                department: name(),
                period: None,
                path: name(),
                passed: 1,
                failed: 2,
                failures: Top::first(vec![failure; 3], 2),
            }],
            10,
        ),
        rejects: vec![RejectRow {
            code: RejectCode::BadAmount,
            severity: Severity::Warning,
            rows: 2,
            files: 1,
            examples: Top::first(vec![example], 2),
        }],
        runs: Top::first(
            vec![RunRow {
                started: name(),
                outcome: name(),
                snapshot: name(),
                message: name(),
                ..RunRow::default()
            }],
            10,
        ),
    }
}

#[test]
fn no_name_becomes_markup() {
    let page = page(&report(NASTY)).expect("a page can be made");
    // The page's own script and no other; no element that a name brought with it.
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert!(!page.contains("<img"));
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert!(!page.contains("NaN") && !page.contains("inf"));
    // The same elements, whatever the names are.
    let elements = |page: &str| page.matches('<').count();
    assert_eq!(
        elements(&page),
        elements(&super::page::page(&report("大同市")).expect("a page can be made"))
    );
}

#[test]
fn the_policy_allows_the_page_its_own_script_and_nothing_else() {
    use base64::Engine as _;
    use sha2::{Digest, Sha256};

    let page = page(&report("大同市")).expect("a page can be made");
    let (_, rest) = page.split_once("<script>").expect("the page has a script");
    let (script, _) = rest.split_once("</script>").expect("the script ends");
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script));
    let (_, rest) = page
        .split_once("Content-Security-Policy\" content=\"")
        .expect("the page has a policy");
    let (policy, _) = rest.split_once('"').unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains(&format!("script-src 'sha256-{hash}';")),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(!page.contains("http://") || page.matches("http://").count() == page.matches("http://www.w3.org/2000/svg").count());
    assert!(!page.contains("https://") && !page.contains(" style=") && !page.contains("onclick"));
}

#[test]
fn an_empty_warehouse_gives_a_page_that_says_so() {
    let page = page(&Report::default()).unwrap();
    assert!(page.contains("仓库里没有公开文件") && page.contains("There is no disclosure in the warehouse"));
    assert!(!page.contains("NaN"));
}

/// `row`, as often as a list may be long.
fn full<T: Clone>(list: &mut Top<T>, limit: usize) {
    let row = list.rows.first().cloned().unwrap();
    *list = Top {
        rows: vec![row; limit],
        total: 100 * limit,
    };
}

#[test]
fn the_page_of_a_large_warehouse_is_small() {
    const YEARS: usize = 6;
    const RULES: usize = 120;
    // A name and a path as long as they usually are.
    let mut report = report("2023年度/山西省/大同市/云州区/大同市云州区某某协调发展服务局2023年度部门预算公开.pdf");
    report.coverage.periods = report.coverage.periods.repeat(YEARS);
    for (rows, limit) in [
        (&mut report.coverage.cities, LIMITS.cities),
        (&mut report.coverage.departments, LIMITS.departments),
    ] {
        for row in &mut rows.rows {
            row.cells = vec![row.cells[0]; 2 * YEARS];
            full(&mut row.documents, LIMITS.disclosures);
        }
        full(rows, limit);
    }
    for row in &mut report.worst.rows {
        full(&mut row.failures, LIMITS.failures);
    }
    full(&mut report.functions, LIMITS.figures);
    full(&mut report.execution, LIMITS.figures);
    full(&mut report.three_public, LIMITS.figures);
    full(&mut report.rules, RULES);
    full(&mut report.worst, LIMITS.worst);
    full(&mut report.runs, LIMITS.runs);
    report.rejects = vec![report.rejects[0].clone(); 60];
    let size = page(&report).unwrap().len();
    assert!(size < 5_000_000, "{size}");
}
