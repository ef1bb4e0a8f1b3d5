//! What tests of the command line share: an input, a warehouse, runs of the program, and looks at what is published.

#![allow(dead_code, reason = "each test needs a part of it")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use budgetlake::hash::sha256_hex;
use budgetlake::synth::{Encoding, Options, Size, file};
use tempfile::TempDir;

/// An input and a warehouse in a directory of their own.
pub struct Case {
    pub root: TempDir,
}

/// How the program ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Whether to take the long way: `make faults`.
pub fn long() -> bool {
    std::env::var_os("BUDGETLAKE_FAULTS").is_some()
}

impl Case {
    /// With `documents` generated disclosures.
    pub fn new(documents: u32) -> Self {
        let case = Self {
            root: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(case.input()).unwrap();
        for index in 0..documents {
            case.add(index);
        }
        case
    }

    /// Adds the disclosure number `index`, as if it had lain there for a while.
    pub fn add(&self, index: u32) {
        let options = Options {
            seed: 5,
            cities: 3,
            years: 2022..=2023,
            layout: Some(budgetlake::codes::Layout::Tabbed),
            encoding: Some(Encoding::Utf8),
            size: Size::Small,
        };
        let generated = file(&options, index).unwrap();
        self.put(&generated.name, &generated.bytes);
    }

    pub fn put(&self, name: &str, content: &[u8]) {
        let path = self.input().join(name);
        fs::write(&path, content).unwrap();
        let long_ago = SystemTime::now() - Duration::from_secs(1000);
        File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }

    pub fn input(&self) -> PathBuf {
        self.root.path().join("in")
    }

    pub fn warehouse(&self) -> PathBuf {
        self.root.path().join("w")
    }

    pub fn command(&self) -> Command {
        command(&self.input(), &self.warehouse())
    }

    pub fn run(&self, flags: &[&str]) -> Ended {
        ended(self.command().args(flags))
    }

    /// `budgetlake snapshots …` on the warehouse.
    pub fn snapshots(&self, what: &str, arguments: &[&str]) -> Ended {
        let mut command = program();
        ended(command.arg("snapshots").arg(what).arg(self.warehouse()).args(arguments))
    }

    pub fn current(&self) -> String {
        current(&self.warehouse())
    }

    /// Nothing lies in the warehouse but what belongs there.
    pub fn assert_no_litter(&self) {
        let known = [".lock", "snapshots", "current", "state", "runs"];
        for entry in fs::read_dir(self.warehouse()).unwrap().map(Result::unwrap) {
            assert!(known.contains(&entry.file_name().to_str().unwrap()), "{entry:?}");
        }
        let ids = fs::read_dir(self.warehouse().join("snapshots")).unwrap();
        assert!(ids.map(Result::unwrap).all(|entry| entry.file_name().len() == 16));
        let runs = fs::read_dir(self.warehouse().join("runs")).unwrap();
        assert!(
            runs.map(Result::unwrap)
                .all(|entry| entry.file_name().to_str().unwrap().ends_with(".jsonl"))
        );
    }

    /// The id of the snapshot that a run from nothing publishes.
    pub fn undisturbed(&self) -> String {
        let warehouse = self.root.path().join("undisturbed");
        let _ = fs::remove_dir_all(&warehouse);
        let ended = ended(&mut command(&self.input(), &warehouse));
        assert!(matches!(ended.code, 0 | 3), "{ended:?}");
        current(&warehouse)
    }
}

pub fn program() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("budgetlake"))
}

pub fn command(input: &Path, warehouse: &Path) -> Command {
    let mut command = program();
    command.arg("run").arg(input).arg("--warehouse").arg(warehouse);
    command
}

pub fn ended(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ended {
        code: output.status.code().expect("the program was killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The id that `current` leads to.
pub fn current(warehouse: &Path) -> String {
    let target = fs::read_link(warehouse.join("current")).unwrap();
    target.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Whether permissions mean nothing to whoever runs the tests.
pub fn is_root() -> bool {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o000)).unwrap();
    File::open(file.path()).is_ok()
}

/// Every file below a directory with the hash of its bytes; links are not followed.
pub fn hashes(root: &Path) -> BTreeMap<String, String> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().display().to_string();
            (path, sha256_hex(&fs::read(entry.path()).unwrap()))
        })
        .collect()
}

/// A file system of its own for a test, if this system lets us have one.
pub struct Mount(PathBuf);

impl Mount {
    pub fn tmpfs(path: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&path).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(&path)
            .output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }

    pub fn remount(&self, options: &str) {
        let status = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0)
            .status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
