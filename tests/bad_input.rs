//! Bad input and bad warehouses, end to end: a clear reject or message, the right exit code, everything else intact.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use arrow::array::AsArray;
use assert_cmd::cargo::cargo_bin_cmd;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

struct Case {
    root: TempDir,
}

struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Case {
    fn new() -> Self {
        let case = Self {
            root: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(case.input()).unwrap();
        case
    }

    fn input(&self) -> PathBuf {
        self.root.path().join("in")
    }

    fn warehouse(&self) -> PathBuf {
        self.root.path().join("w")
    }

    fn run(&self, flags: &[&str]) -> Ended {
        run(&self.input(), &self.warehouse(), flags)
    }

    /// Path and code of every reject with the severity `error`.
    fn errors(&self) -> Vec<(String, String)> {
        let mut errors = Vec::new();
        for entry in walkdir::WalkDir::new(self.warehouse().join("current/rejects"))
            .into_iter()
            .map(Result::unwrap)
        {
            if !entry.file_type().is_file() {
                continue;
            }
            let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(entry.path()).unwrap())
                .unwrap()
                .build()
                .unwrap();
            for batch in reader.map(Result::unwrap) {
                let text = |column: &str, row: usize| {
                    let column = arrow::compute::cast(&batch[column], &arrow::datatypes::DataType::Utf8).unwrap();
                    column.as_string::<i32>().value(row).to_owned()
                };
                let rows = (0..batch.num_rows()).filter(|row| text("severity", *row) == "error");
                errors.extend(rows.map(|row| (text("path", row), text("code", row))));
            }
        }
        errors.sort();
        errors
    }
}

fn run(input: &Path, warehouse: &Path, flags: &[&str]) -> Ended {
    let mut command = cargo_bin_cmd!("budgetlake");
    command
        .arg("run")
        .arg(input)
        .arg("--warehouse")
        .arg(warehouse)
        .args(flags)
        .timeout(Duration::from_secs(30));
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().expect("the run hung or was killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Whether permissions mean nothing to whoever runs the tests.
fn is_root() -> bool {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o000)).unwrap();
    fs::File::open(file.path()).is_ok()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.into_iter().map(|(path, code)| (path.to_owned(), code.to_owned())).collect()
}

#[test]
fn files_that_cannot_be_disclosures_are_rejected_one_by_one() {
    let case = Case::new();
    let input = case.input();
    fs::write(input.join("empty.txt"), "").unwrap();
    fs::write(input.join("report.txt"), "%PDF-1.7\nbinary").unwrap();
    fs::write(input.join("picture.txt"), b"\x89PNG\r\n\x1a\nxxxx").unwrap();
    fs::write(input.join("page.txt"), "<!DOCTYPE html><html>").unwrap();
    fs::write(input.join("logo.png"), "skipped by its ending").unwrap();
    symlink("nowhere", input.join("dangling.txt")).unwrap();
    symlink("round.txt", input.join("round.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(input.join("fifo.txt")).status().unwrap().success());

    let ended = case.run(&["--jobs", "2"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let expected = [
        ("dangling.txt", "unreadable"),
        ("empty.txt", "empty_file"),
        ("fifo.txt", "not_regular"),
        ("page.txt", "not_a_disclosure"),
        ("picture.txt", "binary"),
        ("report.txt", "damaged"),
        ("round.txt", "link_loop"),
    ];
    assert_eq!(case.errors(), pairs(expected));
    assert!(
        ended.stdout.contains("1 image") && ended.stdout.contains("1 damaged"),
        "{}",
        ended.stdout
    );
    assert!(ended.stderr.contains("fifo.txt"), "{}", ended.stderr);
    assert!(!ended.stdout.contains('\x1b'), "no colours where there is no terminal");
}

#[test]
fn a_fifo_as_the_input_does_not_hang() {
    let case = Case::new();
    let fifo = case.input().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert_eq!(run(&fifo, &case.warehouse(), &[]).code, 3);
    assert_eq!(case.errors(), pairs([("fifo", "not_regular")]));
}

#[test]
fn a_loop_of_links_is_rejected_when_links_are_followed() {
    let case = Case::new();
    fs::create_dir(case.input().join("a")).unwrap();
    symlink("..", case.input().join("a/up")).unwrap();
    fs::write(case.input().join("a/empty.txt"), "").unwrap();
    assert_eq!(case.run(&["--follow-links"]).code, 3);
    assert_eq!(case.errors(), pairs([("a/empty.txt", "empty_file"), ("a/up", "link_loop")]));
    let ended = case.run(&["--log-format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["skipped"]["linked_directory"], 1);
}

#[test]
fn an_unreadable_file_is_rejected() {
    if is_root() {
        eprintln!("SKIPPED an_unreadable_file_is_rejected: root reads everything");
        return;
    }
    let case = Case::new();
    let path = case.input().join("secret.txt");
    fs::write(&path, "x").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    assert_eq!(case.run(&[]).code, 3);
    assert_eq!(case.errors(), pairs([("secret.txt", "unreadable")]));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let case = Case::new();
    let ended = run(&case.root.path().join("no such"), &case.warehouse(), &[]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("no such"), "{}", ended.stderr);
    assert_eq!(case.run(&["--include", "a[b"]).code, 2);
    assert_eq!(case.run(&["--jobs", "0"]).code, 2);
    assert!(!case.warehouse().exists());
}

#[test]
fn an_empty_input_publishes_nothing() {
    let case = Case::new();
    let ended = case.run(&[]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("no file to read"), "{}", ended.stderr);
    assert!(!case.warehouse().exists());
}

#[test]
fn a_second_run_finds_the_warehouse_locked() {
    let case = Case::new();
    fs::write(case.input().join("empty.txt"), "").unwrap();
    fs::create_dir(case.warehouse()).unwrap();
    let lock = fs::File::create(case.warehouse().join(".lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let ended = case.run(&[]);
    assert_eq!(ended.code, 4);
    assert!(ended.stderr.contains("another run"), "{}", ended.stderr);
    drop(lock);
    assert_eq!(case.run(&[]).code, 3);
}

#[test]
fn ctrl_c_ends_the_run_cleanly_without_publishing() {
    let case = Case::new();
    // Holes: no disk space, but gigabytes to hash, so that the run is under way when the signal comes.
    for number in 0..3000 {
        let file = fs::File::create(case.input().join(format!("{number}.txt"))).unwrap();
        file.set_len((2 << 20) + number).unwrap();
    }
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("budgetlake"));
    command.arg("run").arg(case.input()).arg("--warehouse").arg(case.warehouse());
    let run = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let staging = case.warehouse().join(".staging");
    let patience = Instant::now();
    while !staging.exists() && patience.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(
        Command::new("kill")
            .arg("-INT")
            .arg(run.id().to_string())
            .status()
            .unwrap()
            .success()
    );
    let output = run.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("interrupted; nothing was published"), "{message}");
    assert!(!staging.exists() && !case.warehouse().join("current").exists());
}

/// A file system of its own for a test, if this system lets us have one.
struct Mount(PathBuf);

impl Mount {
    fn tmpfs(path: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&path).unwrap();
        let option = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &option, "tmpfs"])
            .arg(&path)
            .output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }

    fn make_read_only(&self) {
        assert!(
            Command::new("mount")
                .args(["-o", "remount,ro"])
                .arg(&self.0)
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_ends_the_run_and_leaves_the_snapshot_before() {
    let case = Case::new();
    let Some(_mount) = Mount::tmpfs(case.warehouse(), "2m") else {
        eprintln!("SKIPPED a_full_disk_ends_the_run_and_leaves_the_snapshot_before: cannot mount a tmpfs here");
        return;
    };
    fs::write(case.input().join("empty.txt"), "").unwrap();
    assert_eq!(case.run(&[]).code, 3);
    let before = fs::read_link(case.warehouse().join("current")).unwrap();

    // What is left is not enough for the next snapshot.
    let mut ballast = fs::File::create(case.warehouse().join("ballast")).unwrap();
    while ballast.write_all(&[1; 4 << 10]).is_ok() {}
    ballast.set_len(ballast.metadata().unwrap().len().saturating_sub(64 << 10)).unwrap();
    drop(ballast);
    for number in 0..2000 {
        fs::write(case.input().join(format!("{number}-{}.txt", "x".repeat(200))), "").unwrap();
    }
    let ended = case.run(&[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("the disk is full"), "{}", ended.stderr);
    assert_eq!(fs::read_link(case.warehouse().join("current")).unwrap(), before);
    assert_eq!(case.errors(), pairs([("empty.txt", "empty_file")]));
    assert!(!case.warehouse().join(".staging").exists());
}

#[test]
fn a_read_only_warehouse_ends_the_run_and_leaves_the_snapshot_before() {
    let case = Case::new();
    fs::write(case.input().join("empty.txt"), "").unwrap();
    let mount = Mount::tmpfs(case.warehouse(), "8m");
    assert_eq!(case.run(&[]).code, 3);
    match &mount {
        Some(mount) => mount.make_read_only(),
        None if is_root() => {
            eprintln!("SKIPPED a_read_only_warehouse_ends_the_run…: root writes everywhere, and cannot mount a tmpfs here");
            return;
        }
        None => {
            fs::set_permissions(case.warehouse().join(".lock"), fs::Permissions::from_mode(0o444)).unwrap();
            fs::set_permissions(case.warehouse(), fs::Permissions::from_mode(0o555)).unwrap();
        }
    }
    let ended = case.run(&[]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("not writable"), "{}", ended.stderr);
    assert_eq!(case.errors(), pairs([("empty.txt", "empty_file")]));
    if mount.is_none() {
        fs::set_permissions(case.warehouse(), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn a_warehouse_below_a_file_is_a_clear_failure() {
    let case = Case::new();
    fs::write(case.input().join("empty.txt"), "").unwrap();
    let file = case.root.path().join("file");
    fs::write(&file, "").unwrap();
    let ended = run(&case.input(), &file.join("w"), &[]);
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("cannot create the warehouse"), "{}", ended.stderr);
}

#[test]
fn the_warehouse_may_lie_in_the_input() {
    let case = Case::new();
    fs::write(case.input().join("empty.txt"), "").unwrap();
    let warehouse = case.input().join("warehouse");
    for _ in 0..2 {
        let ended = run(&case.input(), &warehouse, &["--log-format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!((ended.code, report["seen"].as_u64()), (3, Some(1)));
    }
}

#[test]
fn the_warehouse_is_not_the_input() {
    let case = Case::new();
    fs::write(case.input().join("empty.txt"), "").unwrap();
    let ended = run(&case.input(), &case.input(), &[]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("is the input itself"), "{}", ended.stderr);
    assert_eq!(fs::read_dir(case.input()).unwrap().count(), 1);
}

#[test]
fn the_schema_is_printed_from_the_code() {
    let output = cargo_bin_cmd!("budgetlake").args(["schema", "--json"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let tables: Vec<_> = schema["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|table| table["name"].as_str().unwrap())
        .collect();
    let known = [
        "documents",
        "tables",
        "line_items",
        "projects",
        "indicators",
        "facts",
        "procurement_catalogue",
        "rejects",
    ];
    assert!(known.iter().all(|table| tables.contains(table)), "{tables:?}");
    let amount = schema["tables"][2]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .find(|column| column["name"] == "amount")
        .unwrap();
    assert_eq!(amount["type"], "decimal(20,2)");
    let text = cargo_bin_cmd!("budgetlake").args(["schema", "line_items"]).output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("general_public_budget") && text.contains("department") && !text.contains("Collects"));
    assert_eq!(
        cargo_bin_cmd!("budgetlake")
            .args(["schema", "nonsense"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(2)
    );
}
