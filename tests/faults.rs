//! Faults injected for real: whatever happens to a run, readers see a whole snapshot, and the next run comes to what an undisturbed one does.
//!
//! The short form is part of `make test`; `make faults` (BUDGETLAKE_FAULTS=1) takes the long way.

#[path = "common/warehouse.rs"]
mod warehouse;

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use warehouse::{Case, Ended, command, ended, hashes, long, program};

/// Moments spread over a span, in no order that the program could follow.
fn moments(count: u32, span: Duration) -> impl Iterator<Item = Duration> {
    (0..count).map(move |number| span.mul_f64(f64::from(number * 7919 % count) / f64::from(count)))
}

fn spawn(case: &Case) -> std::process::Child {
    case.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn assert_whole(case: &Case) {
    let verified = case.snapshots("verify", &[]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn killed_at_any_moment_a_run_leaves_a_whole_snapshot_and_the_next_one_ends_as_undisturbed() {
    let case = Case::new(6);
    assert_eq!(case.run(&[]).code, 0);
    let mut killed = 0;
    case.put("extra.txt", &fs::read(case.input().join("000004.txt")).unwrap());
    let begin = Instant::now();
    assert_eq!(case.run(&[]).code, 0);
    for (number, moment) in moments(if long() { 200 } else { 16 }, begin.elapsed()).enumerate() {
        let extra = case.input().join("extra.txt");
        if extra.exists() {
            fs::remove_file(extra).unwrap();
        } else {
            let copy = fs::read(case.input().join("000003.txt")).unwrap();
            case.put("extra.txt", &[&copy[..], format!("\n更正 {number}\n").as_bytes()].concat());
        }
        let mut run = spawn(&case);
        std::thread::sleep(moment);
        run.kill().unwrap();
        killed += u32::from(run.wait().unwrap().code().is_none());
        assert_whole(&case);
        if number % 8 == 7 {
            let next = case.run(&[]);
            assert_eq!(next.code, 0, "{}", next.stderr);
            assert_eq!(case.current(), case.undisturbed());
            case.assert_no_litter();
        }
    }
    assert!(killed > 0, "no run was still going");
}

#[test]
fn a_lock_of_a_dead_process_is_taken_over_and_its_run_is_recorded() {
    let case = Case::new(2);
    assert_eq!(case.run(&[]).code, 0);
    fs::write(case.warehouse().join(".lock"), "999999 1700000000\n").unwrap();
    fs::create_dir(case.warehouse().join(".staging")).unwrap();
    let next = case.run(&[]);
    assert_eq!(next.code, 0);
    assert!(
        next.stderr.contains("process 999999") && next.stderr.contains("2023-11-14T22:13:20Z"),
        "{}",
        next.stderr
    );
    let died = fs::read_to_string(case.warehouse().join("runs/20231114T221320Z-999999.jsonl")).unwrap();
    assert!(died.contains("\"outcome\":\"died\""), "{died}");
    assert!(!case.run(&[]).stderr.contains("999999"));
    case.assert_no_litter();
}

#[test]
fn sigterm_ends_a_run_within_a_second_and_nothing_is_published() {
    let case = Case::new(40);
    // How long it takes depends on what else the machine does.
    let begin = Instant::now();
    assert_eq!(case.run(&[]).code, 0);
    let mut stopped = 0;
    for moment in moments(if long() { 40 } else { 5 }, begin.elapsed()) {
        let _ = fs::remove_dir_all(case.warehouse());
        let run = spawn(&case);
        std::thread::sleep(moment);
        let asked = Instant::now();
        let asked_to = Command::new("kill").arg("-TERM").arg(run.id().to_string()).status().unwrap();
        let output = run.wait_with_output().unwrap();
        let took = asked.elapsed();
        if !asked_to.success() || output.status.code() != Some(1) {
            continue;
        }
        stopped += 1;
        // Ample, since tests run in parallel and unoptimised; the aim is a second.
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert!(!case.warehouse().join("current").exists() && !case.warehouse().join(".staging").exists());
    }
    assert!(stopped > 0);
}

/// Writes to the input as fast as it can while runs go on.
fn meddle(input: &Path, contents: &[Vec<u8>], stop: &AtomicBool) {
    let path = |name: &str| input.join(name);
    let mut round = 0_usize;
    while !stop.load(Ordering::Relaxed) {
        let content = &contents[round % contents.len()];
        // In place, piece by piece; replaced as a whole; gone; a directory in its place; growing.
        let _ = File::create(path("in place.txt")).map(|file| {
            content
                .chunks(1000)
                .enumerate()
                .try_for_each(|(at, piece)| file.write_all_at(piece, at as u64 * 1000))
        });
        let _ = fs::write(path(".fresh"), content).and_then(|()| fs::rename(path(".fresh"), path("replaced.txt")));
        if round.is_multiple_of(2) {
            let _ = fs::remove_file(path("comes and goes.txt"));
            let _ = fs::remove_file(path("directory.txt"));
            let _ = fs::create_dir(path("directory.txt"));
        } else {
            let _ = fs::write(path("comes and goes.txt"), content);
            let _ = fs::remove_dir(path("directory.txt"));
            let _ = fs::write(path("directory.txt"), content);
        }
        let _ = File::options()
            .append(true)
            .create(true)
            .open(path("growing.txt"))
            .and_then(|mut file| std::io::Write::write_all(&mut file, b"x\n"));
        round += 1;
    }
}

#[test]
fn sources_that_change_while_they_are_read_are_whole_or_rejected() {
    let case = Case::new(3);
    let contents: Vec<Vec<u8>> = (1..=3)
        .map(|number| fs::read(case.input().join(format!("00000{number}.txt"))).unwrap())
        .collect();
    let known: Vec<String> = contents.iter().map(|content| budgetlake::hash::sha256_hex(content)).collect();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| meddle(&case.input(), &contents, &stop));
        for _ in 0..if long() { 40 } else { 6 } {
            let run = case.run(&["--quiet"]);
            assert!(matches!(run.code, 0 | 3), "{run:?}");
            assert_whole(&case);
            let manifest: serde_json::Value =
                serde_json::from_slice(&fs::read(case.warehouse().join("current/manifest.json")).unwrap()).unwrap();
            for source in manifest["sources"].as_array().unwrap() {
                let (path, sha256) = (source["path"].as_str().unwrap(), source["sha256"].as_str().unwrap_or_default());
                // What is replaced as a whole is never seen in part.
                if path == "replaced.txt" && source["lost"].is_null() {
                    assert!(known.iter().any(|known| known == sha256), "{source}");
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    // Once it is quiet, the next run sees what is there, whatever the one before believed.
    let quiet = case.run(&["--quiet"]);
    assert!(matches!(quiet.code, 0 | 3), "{quiet:?}");
    assert_eq!(case.current(), case.undisturbed());
}

/// A data file of the current snapshot with rows of `table`.
fn a_file_of(case: &Case, table: &str) -> PathBuf {
    let root = case.warehouse().join("current").canonicalize().unwrap();
    let files = hashes(&root).into_keys().filter(|path| path.starts_with(table));
    let largest = files.max_by_key(|path| fs::metadata(root.join(path)).unwrap().len()).unwrap();
    root.join(largest)
}

fn flip_a_byte(path: &Path) {
    let file = File::options().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, 100).unwrap();
    file.write_all_at(&[byte[0] ^ 1], 100).unwrap();
}

/// Damages the current snapshot and says which file.
type Damage = fn(&Case) -> String;

#[test]
fn damage_is_told_with_its_repair_and_repaired() {
    let damages: [(&str, Damage); 7] = [
        ("is missing", |case| {
            let path = a_file_of(case, "compact/line_items");
            fs::remove_file(&path).unwrap();
            path.file_name().unwrap().to_str().unwrap().to_owned()
        }),
        ("its content is not what was published", |case| {
            let path = a_file_of(case, "compact/documents");
            flip_a_byte(&path);
            path.file_name().unwrap().to_str().unwrap().to_owned()
        }),
        ("is missing", |case| {
            let path = a_file_of(case, "line_items");
            fs::remove_file(&path).unwrap();
            path.file_name().unwrap().to_str().unwrap().to_owned()
        }),
        ("its content is not what was published", |case| {
            let path = a_file_of(case, "documents");
            flip_a_byte(&path);
            path.file_name().unwrap().to_str().unwrap().to_owned()
        }),
        ("bytes and should have", |case| {
            let path = a_file_of(case, "tables");
            File::options().write(true).open(&path).unwrap().set_len(50).unwrap();
            path.file_name().unwrap().to_str().unwrap().to_owned()
        }),
        ("is not what was published", |case| {
            let path = case.warehouse().join("current/manifest.json");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replacen("000001.txt", "000009.txt", 1)).unwrap();
            "manifest.json".to_owned()
        }),
        ("cannot be read", |case| {
            fs::remove_file(case.warehouse().join("current/manifest.json")).unwrap();
            "manifest.json".to_owned()
        }),
    ];
    let case = Case::new(5);
    assert_eq!(case.run(&[]).code, 0);
    let first = case.current();
    // A second snapshot, which shares most of its files with the first.
    case.add(5);
    assert_eq!(case.run(&[]).code, 0);
    let whole = hashes(&case.warehouse().join("snapshots").join(case.current()));
    for (what, damage) in damages {
        let name = damage(&case);
        let tells = |ended: &Ended| {
            let text = format!("{}{}", ended.stdout, ended.stderr);
            assert_eq!(ended.code, 1, "{what}: {text}");
            assert!(
                text.contains(what) && text.contains(&name) && text.contains("--repair"),
                "{what}: {text}"
            );
        };
        tells(&case.snapshots("verify", &["current"]));
        tells(&case.run(&[]));
        let repaired = case.run(&["--repair"]);
        assert_eq!(repaired.code, 0, "{what}: {}", repaired.stderr);
        assert_eq!(hashes(&case.warehouse().join("snapshots").join(case.current())), whole, "{what}");
        assert_whole(&case);
        case.assert_no_litter();
    }
    assert!(case.warehouse().join("snapshots").join(first).exists());

    // Only a whole look finds what nobody wrote: the time of change is as it was.
    let path = a_file_of(&case, "line_items");
    let times = fs::metadata(&path).unwrap().modified().unwrap();
    flip_a_byte(&path);
    File::options().write(true).open(&path).unwrap().set_modified(times).unwrap();
    assert_eq!(case.snapshots("verify", &["current"]).code, 1);
    assert_eq!(case.run(&["--repair"]).code, 0);
    assert_whole(&case);
    // What rots where a body is written anew is found by the run itself.
    let path = a_file_of(&case, "line_items");
    let times = fs::metadata(&path).unwrap().modified().unwrap();
    flip_a_byte(&path);
    File::options().write(true).open(&path).unwrap().set_modified(times).unwrap();
    let quiet: Vec<_> = (1..=6).map(|number| format!("00000{number}.txt")).collect();
    quiet.iter().for_each(|name| {
        let _ = fs::rename(case.input().join(name), case.input().join(format!("moved-{name}")));
    });
    let run = case.run(&[]);
    assert!(
        run.code == 1 && run.stderr.contains("its content is not what was published"),
        "{run:?}"
    );
    assert_eq!(case.run(&["--repair"]).code, 0);
    assert_eq!(case.current(), case.undisturbed());
}

#[test]
fn a_clock_that_goes_back_and_other_time_zones_and_locales_change_nothing() {
    let case = Case::new(4);
    // A file from the future, as a host with a wrong clock leaves it.
    let future = SystemTime::now() + Duration::from_secs(400 * 24 * 3600);
    File::options()
        .write(true)
        .open(case.input().join("000002.txt"))
        .unwrap()
        .set_modified(future)
        .unwrap();
    assert_eq!(case.run(&[]).code, 0);
    let id = case.current();
    // The snapshot as well: the clock has been set back since.
    for entry in walkdir::WalkDir::new(case.warehouse().join("snapshots"))
        .into_iter()
        .map(Result::unwrap)
    {
        File::open(entry.path()).unwrap().set_modified(future).unwrap();
    }
    assert_eq!(case.run(&[]).code, 0);
    assert_eq!(case.current(), id);
    let pruned = case.snapshots("prune", &["--keep-days", "1"]);
    assert!(pruned.code == 0 && pruned.stdout.contains("current"), "{pruned:?}");

    for (zone, locale) in [
        ("Asia/Shanghai", "zh_CN.GB18030"),
        ("America/Los_Angeles", "C"),
        ("UTC-14", "tr_TR.UTF-8"),
    ] {
        let elsewhere = case.root.path().join(zone.replace('/', "-"));
        let run = ended(
            command(&case.input(), &elsewhere)
                .env("TZ", zone)
                .env("LC_ALL", locale)
                .env("LANG", locale),
        );
        assert_eq!(run.code, 0);
        assert_eq!(warehouse::current(&elsewhere), id, "{zone} {locale}");
        let record = fs::read_dir(elsewhere.join("runs")).unwrap().next().unwrap().unwrap().path();
        let record: serde_json::Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
        assert!(record["started"].as_str().unwrap().ends_with('Z'));
    }
}

#[test]
fn names_that_are_no_utf8_are_known_again() {
    let case = Case::new(2);
    let names: [&[u8]; 3] = [b"\xd4\xa4\xcb\xe3.txt", b"\xd4\xa4\xcb\xe4.txt", b"line\nbreak %41.txt"];
    let content = fs::read(case.input().join("000001.txt")).unwrap();
    for (number, name) in names.iter().enumerate() {
        let path = case.input().join(std::ffi::OsStr::from_bytes(name));
        fs::write(&path, [&content[..], format!("\n{number}\n").as_bytes()].concat()).unwrap();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(SystemTime::now() - Duration::from_secs(50))
            .unwrap();
    }
    assert_eq!(case.run(&[]).code, 0);
    let again = case.run(&["--log-format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(
        (
            report["as_before"].as_u64(),
            report["extracted"].as_u64(),
            report["unchanged"].as_bool()
        ),
        (Some(5), Some(0), Some(true))
    );
    fs::remove_file(case.input().join(std::ffi::OsStr::from_bytes(names[0]))).unwrap();
    assert_eq!(case.run(&[]).code, 0);
    assert_eq!(case.current(), case.undisturbed());
}

#[test]
fn a_snapshot_of_another_version_is_left_whole_and_all_is_read_again() {
    let case = Case::new(2);
    // As an earlier version wrote it: another format of the manifest, named by its hash.
    let manifest = "{\"version\": \"0.0.1\", \"files\": []}\n";
    let id = &budgetlake::hash::sha256_hex(manifest.as_bytes())[..16];
    let old = case.warehouse().join("snapshots").join(id);
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("manifest.json"), manifest).unwrap();
    std::os::unix::fs::symlink(Path::new("snapshots").join(id), case.warehouse().join("current")).unwrap();
    let run = case.run(&[]);
    assert!(run.code == 0 && run.stdout.contains("another version of the program"), "{run:?}");
    assert_eq!(case.current(), case.undisturbed());
    assert!(old.join("manifest.json").exists());
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let case = Case::new(8);
    let runs: Vec<_> = (0..4).map(|_| spawn(&case)).collect();
    let codes: Vec<_> = runs.into_iter().map(|mut run| run.wait().unwrap().code().unwrap()).collect();
    assert!(codes.contains(&0) && codes.iter().all(|code| matches!(code, 0 | 4)), "{codes:?}");
    assert_eq!(case.current(), case.undisturbed());
    let held = File::create(case.warehouse().join(".lock")).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    for what in [&["rollback", "x"][..], &["prune", "--keep", "1"]] {
        let refused = ended(program().args(["snapshots", what[0]]).arg(case.warehouse()).args(&what[1..]));
        assert!(matches!(refused.code, 2 | 4), "{refused:?}");
    }
}
