//! File systems that refuse: full, read-only in parts, or several where there should be one. Earlier snapshots stay, and the message says what to do.
//!
//! The short form is part of `make test`; `make faults` (BUDGETLAKE_FAULTS=1) takes the long way.

#[path = "common/warehouse.rs"]
mod warehouse;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use warehouse::{Case, Ended, Mount, hashes, is_root, long};

fn assert_whole(case: &Case) {
    let verified = case.snapshots("verify", &[]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn a_disk_that_fills_up_anywhere_ends_the_run_and_leaves_the_snapshot_before() {
    let case = Case::new(4);
    let Some(mount) = Mount::tmpfs(case.warehouse(), "64m") else {
        eprintln!("SKIPPED a_disk_that_fills_up…: cannot mount a tmpfs here");
        return;
    };
    assert_eq!(case.run(&[]).code, 0);
    let before = (case.current(), hashes(&case.warehouse().join("snapshots")));
    for index in 4..12 {
        case.add(index);
    }
    let used = Command::new("du").args(["-sk"]).arg(case.warehouse()).output().unwrap();
    let used: u32 = String::from_utf8(used.stdout)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let mut failed = 0;
    for step in 0..if long() { 60 } else { 8 } {
        mount.remount(&format!("size={}k", used + 4 + step * if long() { 20 } else { 130 }));
        let run = case.run(&[]);
        if run.code == 0 {
            break;
        }
        failed += 1;
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains("the disk is full"), "{}", run.stderr);
        assert_eq!((case.current(), hashes(&case.warehouse().join("snapshots"))), before);
        assert!(!case.warehouse().join(".staging").exists());
    }
    assert!(failed >= 3, "{failed}");
    mount.remount("size=64m");
    assert_eq!(case.run(&[]).code, 0);
    assert_eq!(case.current(), case.undisturbed());
    assert_whole(&case);
    case.assert_no_litter();
}

#[test]
fn staging_on_another_file_system_is_a_clear_failure() {
    let case = Case::new(2);
    let Some(_mount) = Mount::tmpfs(case.warehouse().join("snapshots"), "64m") else {
        eprintln!("SKIPPED staging_on_another_file_system…: cannot mount a tmpfs here");
        return;
    };
    let run = case.run(&[]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("one file system"), "{}", run.stderr);
    assert!(!case.warehouse().join("current").exists() && !case.warehouse().join(".staging").exists());
}

/// Someone whom permissions mean something to.
const NOBODY: u32 = 65534;

/// Gives a case to [`NOBODY`], if root runs the tests.
fn give_away(case: &Case) {
    if is_root() {
        for entry in walkdir::WalkDir::new(case.root.path()).into_iter().map(Result::unwrap) {
            if !entry.file_type().is_symlink() {
                chown(entry.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
    }
}

/// Runs as the owner of the case; takes the permission to write to `directory` as soon as the run has begun to write, and gives it back.
fn run_without(case: &Case, directory: &Path) -> Ended {
    let mut command = case.command();
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut run = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = case.warehouse().join(".staging/snapshot");
    while !begun.exists() && run.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
    let mode = |mode| fs::set_permissions(directory, fs::Permissions::from_mode(mode));
    // Where the run was too fast, there is nothing to take it from.
    let _ = mode(0o555);
    let output = run.wait_with_output().unwrap();
    let _ = mode(0o755);
    Ended {
        code: output.status.code().expect("the program was killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn permissions_that_go_during_a_run_end_it_and_leave_the_snapshot_before() {
    let case = Case::new(2);
    assert_eq!(case.run(&[]).code, 0);
    for (number, directory) in [(1, "snapshots"), (2, ".staging/snapshot"), (3, "")] {
        let before = (case.current(), hashes(&case.warehouse().join("current").canonicalize().unwrap()));
        let mut refused = false;
        // A run that was over before its permission went is no test of that.
        for attempt in 0..10 {
            for index in 0..6 {
                case.add(number * 100 + attempt * 10 + index);
            }
            give_away(&case);
            let before = case.current();
            let run = run_without(&case, &case.warehouse().join(directory));
            if run.code == 1 {
                assert!(run.stderr.contains("not writable"), "{directory}: {}", run.stderr);
                assert_eq!(case.current(), before);
                refused = true;
                break;
            }
            assert_eq!(run.code, 0, "{directory}: {}", run.stderr);
        }
        assert!(refused, "{directory}: no run was refused anything");
        let (id, files) = before;
        assert_eq!(hashes(&case.warehouse().join("snapshots").join(id)), files);
        // With its permission back, a run comes to what an undisturbed one does.
        assert_eq!(case.run(&[]).code, 0);
        assert_eq!(case.current(), case.undisturbed());
        assert_whole(&case);
        case.assert_no_litter();
    }
}
