//! Operating a warehouse: snapshots are listed, compared, pruned, gone back to and made again; runs and metrics are written down; readers are
//! never disturbed.

#[path = "common/python.rs"]
mod python;

#[path = "common/warehouse.rs"]
mod warehouse;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use python::python;
use serde_json::Value;
use warehouse::{Case, ended, hashes, long, program};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Three snapshots, each with a disclosure more; their ids, the oldest first.
fn three() -> (Case, [String; 3]) {
    let case = Case::new(2);
    let ids = [2, 3, 4].map(|next| {
        assert_eq!(case.run(&[]).code, 0);
        let id = case.current();
        case.add(next);
        id
    });
    (case, ids)
}

#[test]
fn snapshots_are_listed_gone_back_to_and_pruned() {
    let (case, ids) = three();
    let list = || json(&case.snapshots("list", &["--json"]).stdout);
    let listed = list();
    let listed_ids: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(listed_ids, [&ids[2], &ids[1], &ids[0]]);
    let documents: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["documents"].as_u64().unwrap())
        .collect();
    assert_eq!(documents, [4, 3, 2]);
    assert_eq!(
        (listed[0]["is_current"].as_bool(), listed[0]["current_until"].is_null()),
        (Some(true), true)
    );
    assert!(listed[2]["own_bytes"].as_u64() < listed[2]["bytes"].as_u64());

    let back = case.snapshots("rollback", &[&ids[0][..6]]);
    assert_eq!((back.code, case.current()), (0, ids[0].clone()), "{}", back.stderr);
    assert_eq!(case.snapshots("rollback", &["nonsense"]).code, 2);
    // The next run publishes what the input says again.
    for index in 4..5 {
        fs::remove_file(case.input().join(format!("{:06}.txt", index + 1))).unwrap();
    }
    assert_eq!(case.run(&[]).code, 0);
    assert_eq!(case.current(), ids[2]);

    assert_eq!(case.snapshots("prune", &[]).code, 2);
    // A reader may still be at one that was current a moment ago.
    let graceful = case.snapshots("prune", &["--keep", "1"]);
    assert!(
        graceful.code == 0 && graceful.stdout.matches("was current a moment ago").count() == 2,
        "{}",
        graceful.stdout
    );
    let dry = case.snapshots("prune", &["--keep", "1", "--grace", "0", "--dry-run"]);
    assert!(dry.stdout.matches("would be removed").count() == 2 && list().as_array().unwrap().len() == 3);
    let pruned = case.snapshots("prune", &["--keep", "2", "--grace", "0"]);
    assert!(pruned.stdout.contains("one of the youngest"), "{}", pruned.stdout);
    assert_eq!(list().as_array().unwrap().len(), 2);
    let old = SystemTime::now() - Duration::from_secs(10 * 24 * 3600);
    let other = list()[1]["id"].as_str().unwrap().to_owned();
    let path = case.warehouse().join("snapshots").join(other);
    for path in [path.join("manifest.json"), path.clone()] {
        File::open(path).unwrap().set_modified(old).unwrap();
    }
    assert!(case.snapshots("prune", &["--keep-days", "11"]).stdout.contains("young enough"));
    assert!(case.snapshots("prune", &["--keep-days", "9"]).stdout.contains("removed"));
    assert_eq!(list().as_array().unwrap().len(), 1);
    assert_eq!(case.snapshots("verify", &[]).code, 0);
    case.assert_no_litter();

    let nowhere = case.root.path().join("nowhere");
    for arguments in [
        &["list"][..],
        &["verify"],
        &["prune", "--keep", "1"],
        &["rollback", "x"],
        &["diff", "x"],
    ] {
        let refused = ended(program().args(["snapshots", arguments[0]]).arg(&nowhere).args(&arguments[1..]));
        assert!(
            refused.code == 2 && refused.stderr.contains("nothing was published there"),
            "{refused:?}"
        );
    }
    assert!(!nowhere.exists());
}

#[test]
fn a_diff_tells_what_came_went_moved_and_changed() {
    let case = Case::new(4);
    assert_eq!(case.run(&[]).code, 0);
    let before = case.current();
    let rows = |case: &Case| {
        json(&case.run(&["--log-format", "json"]).stdout)["rows"]["line_items"]
            .as_u64()
            .unwrap()
    };
    let items_before = rows(&case);

    fs::rename(case.input().join("000001.txt"), case.input().join("moved.txt")).unwrap();
    fs::remove_file(case.input().join("000002.txt")).unwrap();
    case.add(4);
    // One amount of the last disclosure is corrected.
    let text = fs::read_to_string(case.input().join("000004.txt"));
    let corrected = text.ok().and_then(|text| {
        let line = text.lines().find(|line| {
            line.rsplit_once('\t')
                .is_some_and(|(_, cell)| cell.contains('.') && cell.ends_with(char::is_numeric))
        })?;
        let (head, amount) = line.rsplit_once('\t')?;
        let digits = amount.rfind(|c: char| c.is_ascii_digit())?;
        let digit = if &amount[digits..=digits] == "9" { "1" } else { "9" };
        Some(text.replacen(line, &format!("{head}\t{}{digit}{}", &amount[..digits], &amount[digits + 1..]), 1))
    });
    case.put("000004.txt", corrected.expect("no amount to correct").as_bytes());
    let items_after = rows(&case);
    let diff = json(&case.snapshots("diff", &[&before, "--json"]).stdout);
    let changes: Vec<(&str, &str)> = diff["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| (document["path"].as_str().unwrap(), document["change"].as_str().unwrap()))
        .collect();
    for wanted in [("moved.txt", "moved"), ("000002.txt", "went"), ("000005.txt", "came")] {
        assert!(changes.contains(&wanted), "{wanted:?} in {changes:?}");
    }
    let sum = |key: &str| -> u64 {
        diff["departments"]
            .as_object()
            .unwrap()
            .values()
            .map(|one| one[key].as_u64().unwrap())
            .sum()
    };
    assert_eq!(items_before + sum("amounts_came"), items_after + sum("amounts_went"));
    assert!(changes.contains(&("000004.txt", "changed")), "{changes:?}");
    assert!((1..=4).contains(&sum("amounts_changed")), "{}", diff["departments"]);
    let of = |amount: &&Value| amount["path"] == "000004.txt";
    assert_eq!(
        diff["amounts"].as_array().unwrap().iter().filter(of).count() as u64,
        sum("amounts_changed")
    );
    // What merely moved has the amounts that it had.
    assert!(
        diff["amounts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|amount| amount["path"] != "moved.txt")
    );
    let text = case.snapshots("diff", &[&before, "current", "--amounts"]).stdout;
    assert!(text.contains("moved.txt") && text.contains('→'), "{text}");
    assert!(
        case.snapshots("diff", &["current", "current"])
            .stdout
            .contains("no document and no amount differs")
    );
}

#[test]
fn a_snapshot_is_made_again_to_the_byte_elsewhere_and_differences_are_named() {
    let case = Case::new(3);
    case.put("empty.txt", b"");
    // With a configuration of its own, which the manifest keeps.
    let config = case.root.path().join("config");
    fs::create_dir(&config).unwrap();
    let settings = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/budgetlake.toml")).unwrap();
    fs::write(config.join("budgetlake.toml"), settings.replace("2_048", "2_000")).unwrap();
    assert_eq!(case.run(&["--config", config.to_str().unwrap()]).code, 3);
    fs::remove_dir_all(&config).unwrap();

    let elsewhere = case.root.path().join("elsewhere");
    fs::rename(case.input(), &elsewhere).unwrap();
    fs::write(elsewhere.join("later.txt"), "not there then").unwrap();
    let snapshot = case.warehouse().join("current");
    let reproduce = || {
        ended(
            program()
                .arg("reproduce")
                .arg(&snapshot)
                .arg(&elsewhere)
                .arg("--scratch")
                .arg(case.root.path().join("scratch")),
        )
    };
    let same = reproduce();
    assert!(same.code == 0 && same.stdout.contains("reproduced"), "{same:?}");

    let mut changed = fs::read(elsewhere.join("000002.txt")).unwrap();
    changed.push(b'\n');
    fs::write(elsewhere.join("000002.txt"), changed).unwrap();
    fs::remove_file(elsewhere.join("empty.txt")).unwrap();
    let other = reproduce();
    assert_eq!(other.code, 1);
    for told in [
        "source differs: 000002.txt",
        "source is missing: empty.txt",
        "file differs: documents/",
    ] {
        assert!(other.stdout.contains(told), "{told}: {}", other.stdout);
    }
    assert_eq!(fs::read_dir(case.root.path().join("scratch")).unwrap().count(), 0);
}

#[test]
fn every_run_is_written_down_and_metrics_are_whole() {
    let case = Case::new(2);
    let metrics = case.root.path().join("budgetlake.prom");
    let flags = ["--metrics-file", metrics.to_str().unwrap()];
    assert_eq!(case.run(&flags).code, 0);
    let value = |name: &str| -> f64 {
        let text = fs::read_to_string(&metrics).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("budgetlake_{name} ")) || line.starts_with(&format!("budgetlake_{name}{{")));
        line.unwrap_or_else(|| panic!("{name} in {text}"))
            .rsplit_once(' ')
            .unwrap()
            .1
            .parse()
            .unwrap()
    };
    assert_eq!(
        (value("run_success"), value("run_exit_code"), value("run_extracted_documents")),
        (1.0, 0.0, 2.0)
    );
    assert_eq!(value("snapshot_rows{table=\"documents\"}"), 2.0);
    let switched = value("snapshot_switch_timestamp_seconds");
    assert_eq!(case.run(&flags).code, 0);
    assert_eq!(
        (value("run_extracted_documents"), value("snapshot_switch_timestamp_seconds")),
        (0.0, switched)
    );

    // The disk with the input is not mounted: nothing is published, and that is told.
    let away = case.root.path().join("away");
    fs::rename(case.input(), &away).unwrap();
    fs::create_dir(case.input()).unwrap();
    assert_eq!(case.run(&flags).code, 1);
    assert_eq!((value("run_success"), value("run_exit_code")), (0.0, 1.0));
    fs::remove_dir(case.input()).unwrap();
    assert_eq!(case.run(&flags).code, 2);
    assert_eq!(value("run_exit_code"), 2.0);
    // Every line is a comment or a sample.
    for line in fs::read_to_string(&metrics).unwrap().lines() {
        assert!(
            line.starts_with("# HELP ") || line.starts_with("# TYPE ") || line.split(' ').count() == 2 && line.starts_with("budgetlake_"),
            "{line}"
        );
    }

    let mut records: Vec<Value> = hashes(&case.warehouse().join("runs"))
        .into_keys()
        .map(|name| json(&fs::read_to_string(case.warehouse().join("runs").join(name)).unwrap()))
        .collect();
    records.sort_by_key(|record| record["run"].as_str().unwrap().to_owned());
    let outcomes: Vec<_> = records.iter().map(|record| record["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["published", "unchanged", "failed", "failed"]);
    assert!(records[2]["message"].as_str().unwrap().contains("no file to read"));
    assert!(records.iter().all(|record| record["snapshot"] == records[0]["snapshot"]));
    assert!(
        records
            .iter()
            .all(|record| record.as_object().unwrap().values().all(|value| !value.is_null()))
    );
}

/// A small disclosure of one body; `title` goes before its form.
fn disclosure(title: &str, form: &str, amount: &str) -> String {
    format!(
        "{title}\n\n大同市档案局2023年度部门预算\n\n2023年{form}\n\n部门名称：大同市档案局\n\n单位：万元\n\n\
         科目编码\t科目名称\t合计\t一般公共预算\n\t合计\t{amount}\t{amount}\n201\t一般公共服务支出\t{amount}\t{amount}\n"
    )
}

#[test]
fn of_two_disclosures_of_one_body_the_later_one_names_the_other() {
    let Some(python) = python() else { return };
    let case = Case::new(0);
    let revenue = "部门预算收入总表";
    case.put("z-first.txt", disclosure("", revenue, "1.00").as_bytes());
    case.put("a-correction-更正.txt", disclosure("", revenue, "2.00").as_bytes());
    case.put("m-again.txt", disclosure("", revenue, "3.00").as_bytes());
    // Another form of the same body is another part of it, and a final account is another disclosure.
    case.put("b-other-part.txt", disclosure("", "部门预算支出总表", "1.00").as_bytes());
    case.put(
        "c-other-year.txt",
        disclosure("", revenue, "1.00").replace("2023", "2022").as_bytes(),
    );
    let run = case.run(&[]);
    assert!(matches!(run.code, 0 | 3), "{run:?}");
    let query = "SELECT l.path, e.path FROM read_parquet('{}/documents/**/*.parquet', hive_partitioning = true) l \
                 LEFT JOIN '{}/documents/**/*.parquet' e ON e.document_id = l.supersedes ORDER BY 1";
    let rows = duckdb(&python, &query.replace("{}", case.warehouse().join("current").to_str().unwrap()));
    assert_eq!(
        rows,
        json(
            r#"[["a-correction-更正.txt", "z-first.txt"], ["b-other-part.txt", null], ["c-other-year.txt", null],
                 ["m-again.txt", null], ["z-first.txt", "m-again.txt"]]"#
        )
    );
    // Once the one in between is gone, the chain closes.
    fs::remove_file(case.input().join("z-first.txt")).unwrap();
    case.run(&[]);
    let rows = duckdb(&python, &query.replace("{}", case.warehouse().join("current").to_str().unwrap()));
    assert_eq!(rows[0], json(r#"["a-correction-更正.txt", "m-again.txt"]"#));
    assert_eq!(case.current(), case.undisturbed());
}

#[test]
fn runs_are_one_table() {
    let Some(python) = python() else { return };
    let case = Case::new(1);
    case.run(&[]);
    case.run(&[]);
    fs::remove_file(case.input().join("000001.txt")).unwrap();
    case.run(&[]);
    let query = format!(
        "SELECT outcome, extracted, started <= ended, message <> '' FROM '{}/runs/*.jsonl' ORDER BY started",
        case.warehouse().display()
    );
    let wanted = r#"[["published", 1, true, false], ["unchanged", 0, true, false], ["failed", 0, true, true]]"#;
    assert_eq!(duckdb(&python, &query), json(wanted));
}

#[test]
fn readers_see_one_whole_snapshot_while_runs_publish() {
    let Some(python) = python() else { return };
    let case = Case::new(3);
    assert_eq!(case.run(&[]).code, 0);
    let mut reader = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader.py"))
        .arg(case.warehouse())
        .stdout(Stdio::piped())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    for round in 0..if long() { 100 } else { 10 } {
        if round % 2 == 0 {
            case.add(3);
        } else {
            fs::remove_file(case.input().join("000004.txt")).unwrap();
        }
        assert_eq!(case.run(&[]).code, 0);
        // Snapshots that nobody holds may go meanwhile.
        if round % 5 == 4 {
            assert_eq!(case.snapshots("prune", &["--keep", "1"]).code, 0);
        }
    }
    drop(reader.stdin.take());
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success());
    let seen = json(&String::from_utf8(output.stdout).unwrap());
    // Both states, each whole, and nothing else.
    assert_eq!(seen["pinned"].as_array().unwrap().len(), 2, "{seen}");
    assert!(seen["unpinned"].as_array().unwrap().len() <= 2, "{seen}");
    assert!(seen["queries"].as_u64().unwrap() >= 3, "{seen}");
    eprintln!("readers: {seen}");
}

/// The rows of a query.
fn duckdb(python: &Path, query: &str) -> Value {
    let script = "import duckdb, json, sys; print(json.dumps(duckdb.sql(sys.argv[1]).fetchall()))";
    let output = Command::new(python).args(["-c", script, query]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    json(&String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_units_in_contrib_are_valid() {
    let contrib = Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib");
    let installed = tempfile::tempdir().unwrap();
    let mut units = Vec::new();
    for name in [
        "budgetlake.service",
        "budgetlake.timer",
        "budgetlake-verify.service",
        "budgetlake-verify.timer",
    ] {
        let text = fs::read_to_string(contrib.join(name)).unwrap();
        // What the units run is what the program understands.
        for line in text
            .lines()
            .filter_map(|line| line.strip_prefix("ExecStart=").or_else(|| line.strip_prefix("ExecStartPost=-")))
        {
            let words: Vec<&str> = line.split(' ').skip(1).collect();
            let understood = program().args(&words).arg("--help").output().unwrap();
            assert!(understood.status.success(), "{line}");
        }
        let program = assert_cmd::cargo::cargo_bin!("budgetlake").display().to_string();
        let unit = installed.path().join(name);
        fs::write(&unit, text.replace("/usr/local/bin/budgetlake", &program)).unwrap();
        units.push(unit);
    }
    let Ok(output) = Command::new("systemd-analyze").arg("verify").args(&units).output() else {
        eprintln!("SKIPPED the_units_in_contrib_are_valid: there is no systemd-analyze");
        return;
    };
    let message = String::from_utf8_lossy(&output.stderr);
    let ours: Vec<&str> = message.lines().filter(|line| line.contains("budgetlake")).collect();
    assert!(ours.is_empty(), "{ours:#?}");
}
