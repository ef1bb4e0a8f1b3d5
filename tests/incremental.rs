//! Every night: what is as it was is not opened, what changed is made again, and the snapshot is that of a run from nothing, to the byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::hash::sha256_hex;
use budgetlake::run::{Forecast, RunOptions, RunReport, forecast, run_with};
use budgetlake::synth::{Options, Size, file};
use proptest::prelude::*;
use tempfile::TempDir;

/// An input and its warehouse.
struct Night {
    root: TempDir,
    config: Config,
    disclosures: Vec<Vec<u8>>,
}

impl Night {
    fn new() -> Self {
        let options = Options {
            seed: 3,
            cities: 2,
            years: 2022..=2024,
            layout: Some(budgetlake::codes::Layout::Tabbed),
            encoding: None,
            size: Size::Small,
        };
        // Mostly of two bodies, several years of each: what must hold between these has to come out right, too.
        let mut bodies: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for index in 0..150 {
            let disclosure = file(&options, index).unwrap();
            let identity = &disclosure.disclosure.identity;
            let body = (identity.city.clone(), identity.department.clone());
            bodies.entry(body).or_default().push((identity.year, disclosure.bytes));
        }
        let mut bodies: Vec<_> = bodies.into_values().collect();
        bodies.sort_by_key(|of_body| std::cmp::Reverse(of_body.len()));
        let years = |of_body: &[(i32, Vec<u8>)]| of_body.iter().map(|(year, _)| *year).collect::<BTreeSet<_>>().len();
        assert!(bodies[..2].iter().all(|of_body| years(of_body) == 3 && of_body.len() >= 5));
        let [one, other, rest @ ..] = bodies.as_slice() else { panic!() };
        let chosen = one[..5]
            .iter()
            .chain(&other[..4])
            .chain(rest[..3].iter().map(|of_body| &of_body[0]));
        let disclosures = chosen.map(|(_, bytes)| bytes.clone()).collect();
        let mut config = Config::load(None).unwrap();
        // So few rows make several files and row groups of the compact layout all the same.
        config.settings.compact.file_rows = 900;
        config.settings.compact.group_rows = 300;
        let night = Self {
            root: tempfile::tempdir().unwrap(),
            config,
            disclosures,
        };
        fs::create_dir(night.input()).unwrap();
        night
    }

    fn input(&self) -> PathBuf {
        self.root.path().join("in")
    }

    fn warehouse(&self) -> PathBuf {
        self.root.path().join("w")
    }

    fn put(&self, path: &str, content: &[u8]) {
        let path = self.input().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
    }

    /// All files, old enough not to be looked at again.
    fn settle(&self) {
        for (number, path) in paths(&self.input()).into_iter().enumerate() {
            if let Ok(file) = File::options().write(true).open(self.input().join(path)) {
                let before = file.metadata().unwrap().modified().unwrap();
                if before > SystemTime::now() - Duration::from_secs(100) {
                    file.set_modified(SystemTime::now() - Duration::new(200, u32::try_from(number).unwrap()))
                        .unwrap();
                }
            }
        }
    }

    fn options(&self, warehouse: &Path) -> RunOptions {
        RunOptions {
            input: self.input(),
            warehouse: warehouse.to_owned(),
            jobs: 2,
            ..RunOptions::default()
        }
    }

    fn run(&self) -> (RunReport, BTreeSet<String>) {
        self.run_as(&self.options(&self.warehouse()))
    }

    /// Runs, and tells of which paths something was extracted.
    fn run_as(&self, options: &RunOptions) -> (RunReport, BTreeSet<String>) {
        let read = Mutex::new(BTreeSet::new());
        let spy = |bytes: &[u8], path: &str, config: &Config| -> Extraction {
            read.lock().unwrap().insert(path.to_owned());
            extract(bytes, path, config)
        };
        let report = run_with(options, &self.config, &(), &AtomicBool::new(false), &spy).unwrap();
        assert!(!options.warehouse.join(".staging").exists());
        (report, read.into_inner().unwrap())
    }

    fn forecast(&self) -> Forecast {
        forecast(&self.options(&self.warehouse()), &self.config, &(), &AtomicBool::new(false)).unwrap()
    }

    /// The current snapshot is the one that a run from nothing publishes.
    fn assert_as_from_nothing(&self) {
        let fresh = self.root.path().join("fresh");
        let (report, _) = self.run_as(&self.options(&fresh));
        let current = self.warehouse().join("current").canonicalize().unwrap();
        let (given, wanted) = (hashes(&current), hashes(&fresh.join("current").canonicalize().unwrap()));
        let differ = |path: &&String| given.get(*path) != wanted.get(*path);
        let differing: Vec<_> = given.keys().chain(wanted.keys()).filter(differ).collect();
        assert!(differing.is_empty(), "{differing:#?}");
        assert_eq!(current.file_name().unwrap().to_str().unwrap(), report.snapshot);
        fs::remove_dir_all(fresh).unwrap();
    }
}

fn paths(root: &Path) -> Vec<String> {
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = files.filter(|entry| !entry.file_type().is_dir());
    files
        .map(|entry| entry.path().strip_prefix(root).unwrap().display().to_string())
        .collect()
}

fn hashes(root: &Path) -> BTreeMap<String, String> {
    let hash = |path: &String| sha256_hex(&fs::read(root.join(path)).unwrap());
    paths(root).into_iter().map(|path| (path.clone(), hash(&path))).collect()
}

fn set(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn a_night_with_nothing_new_opens_no_file_and_changes_nothing() {
    let night = Night::new();
    for (number, bytes) in night.disclosures.iter().enumerate() {
        night.put(&format!("{number}.txt"), bytes);
    }
    night.put("empty.txt", b"");
    night.put("rubbish.txt", b"\x89PNG\r\n\x1a\nxxxx");
    std::os::unix::fs::symlink("nowhere", night.input().join("dangling.txt")).unwrap();
    night.settle();
    let (first, read) = night.run();
    assert_eq!((first.documents, read.len(), first.new), (12, 12, 15));
    assert!(first.everything_because.is_some() && !first.unchanged);

    // Whatever opens one of the files finds other bytes in it: same size, same time, another content.
    let path = night.input().join("3.txt");
    let (times, len) = (fs::metadata(&path).unwrap().modified().unwrap(), fs::metadata(&path).unwrap().len());
    fs::write(&path, vec![b'x'; usize::try_from(len).unwrap()]).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(times).unwrap();
    let before = hashes(&night.warehouse().join("snapshots"));
    let (second, read) = night.run();
    assert!(second.unchanged && read.is_empty() && second.as_before == 15, "{second:?}");
    assert_eq!(
        (second.documents, &second.rejected, &second.rows),
        (first.documents, &first.rejected, &first.rows)
    );
    assert_eq!((second.snapshot, second.bytes), (first.snapshot, 0));
    assert_eq!(hashes(&night.warehouse().join("snapshots")), before);

    let rehash = RunOptions {
        rehash: true,
        ..night.options(&night.warehouse())
    };
    let (third, read) = night.run_as(&rehash);
    assert_eq!((third.changed, read), (1, set(&["3.txt"])));
    night.assert_as_from_nothing();
}

#[test]
fn only_what_changed_is_read_and_other_files_are_links() {
    let night = Night::new();
    for (number, bytes) in night.disclosures[..10].iter().enumerate() {
        night.put(&format!("{number}.txt"), bytes);
    }
    night.settle();
    let (first, _) = night.run();
    let old = night.warehouse().join("snapshots").join(&first.snapshot);

    night.put("new.txt", &night.disclosures[10]);
    let mut changed = night.disclosures[4].clone();
    changed.extend_from_slice(b"\n");
    night.put("4.txt", &changed);
    fs::remove_file(night.input().join("7.txt")).unwrap();
    night.settle();
    let forecast = night.forecast();
    assert_eq!((forecast.to_extract, forecast.everything_because.as_deref()), (2, None));
    assert_eq!(
        (&forecast.changes.new, &forecast.changes.changed),
        (&vec!["new.txt".into()], &vec!["4.txt".into()])
    );
    assert_eq!((&forecast.changes.removed, forecast.changes.unchanged), (&vec!["7.txt".into()], 8));

    let (second, read) = night.run();
    assert_eq!(read, set(&["4.txt", "new.txt"]));
    assert_eq!((second.new, second.changed, second.removed, second.as_before), (1, 1, 1, 8));
    night.assert_as_from_nothing();
    // A file of both snapshots is one file.
    let new = night.warehouse().join("current").canonicalize().unwrap();
    let shared: Vec<_> = paths(&new)
        .into_iter()
        .filter(|path| old.join(path).exists() && !["manifest.json", "datapackage.json"].contains(&path.as_str()))
        .collect();
    assert!(shared.len() > 20);
    for path in shared {
        assert_eq!(
            fs::metadata(old.join(&path)).unwrap().ino(),
            fs::metadata(new.join(&path)).unwrap().ino(),
            "{path}"
        );
    }
    assert!(second.bytes_written < second.published_bytes && second.files_written > 0);
}

#[test]
fn files_that_move_and_copies_are_not_read_unless_the_path_tells_more() {
    let night = Night::new();
    for (number, bytes) in night.disclosures[..6].iter().enumerate() {
        night.put(&format!("b/{number}.txt"), bytes);
    }
    night.settle();
    night.run();
    fs::create_dir(night.input().join("c")).unwrap();
    fs::rename(night.input().join("b/1.txt"), night.input().join("c/moved.txt")).unwrap();
    fs::copy(night.input().join("b/2.txt"), night.input().join("a-copy.txt")).unwrap();
    fs::rename(night.input().join("b"), night.input().join("d")).unwrap();
    let (report, read) = night.run();
    assert_eq!(read, set(&[]), "{report:?}");
    assert_eq!((report.moved, report.new, report.removed, report.duplicates), (7, 0, 0, 1));
    night.assert_as_from_nothing();

    // A year or a place in the path is evidence, so it is weighed again.
    fs::create_dir(night.input().join("2021")).unwrap();
    fs::rename(night.input().join("d/3.txt"), night.input().join("2021/3.txt")).unwrap();
    let (_, read) = night.run();
    assert_eq!(read, set(&["2021/3.txt"]));
    night.assert_as_from_nothing();
}

#[test]
fn another_configuration_reads_everything_and_says_so() {
    let mut night = Night::new();
    for (number, bytes) in night.disclosures[..3].iter().enumerate() {
        night.put(&format!("{number}.txt"), bytes);
    }
    night.settle();
    night.run();
    let directory = night.root.path().join("config");
    fs::create_dir(&directory).unwrap();
    let settings = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/budgetlake.toml")).unwrap();
    fs::write(
        directory.join("budgetlake.toml"),
        settings.replace("max_cells = 2_048", "max_cells = 2_000"),
    )
    .unwrap();
    night.config = Config::load(Some(&directory)).unwrap();
    assert_eq!(night.forecast().everything_because.as_deref(), Some("another configuration"));
    let (report, read) = night.run();
    assert_eq!(
        (read.len(), report.everything_because.as_deref()),
        (3, Some("another configuration"))
    );
    night.assert_as_from_nothing();
}

#[test]
fn a_lost_or_damaged_memory_costs_time_and_nothing_else() {
    let night = Night::new();
    for (number, bytes) in night.disclosures[..3].iter().enumerate() {
        night.put(&format!("{number}.txt"), bytes);
    }
    night.settle();
    let (first, _) = night.run();
    let state = night.warehouse().join("state");
    let whole = fs::read(&state).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"\xff\xfe"] {
        fs::write(&state, damaged).unwrap();
        let (again, read) = night.run();
        assert!(again.unchanged && read.is_empty() && again.snapshot == first.snapshot);
        assert_eq!(fs::read(&state).unwrap(), whole);
    }
}

/// The files of a table of two snapshots that are one file.
fn shared(before: &Path, after: &Path, table: &str) -> BTreeSet<String> {
    let inode = |path: &Path| fs::metadata(path).map(|metadata| metadata.ino()).ok();
    let is_shared = |path: &String| inode(&before.join(table).join(path)) == inode(&after.join(table).join(path));
    paths(&after.join(table)).into_iter().filter(is_shared).collect()
}

#[test]
fn of_other_years_of_a_body_only_checks_that_come_out_otherwise_are_written() {
    let night = Night::new();
    for (number, bytes) in night.disclosures[..9].iter().enumerate() {
        night.put(&format!("{number}.txt"), bytes);
    }
    night.settle();
    let (first, _) = night.run();
    let old = night.warehouse().join("snapshots").join(&first.snapshot);
    let mut written_for_checks = 0;
    for number in 0..5 {
        let path = format!("{number}.txt");
        night.put(&path, &altered(&night.disclosures[number]));
        night.settle();
        let (second, read) = night.run();
        assert_eq!(read, set(&[&path]));
        night.assert_as_from_nothing();
        let new = night.warehouse().join("snapshots").join(&second.snapshot);
        let written = |table: &str| -> BTreeSet<String> {
            let kept = shared(&old, &new, table);
            let written = paths(&new.join(table)).into_iter().filter(|path| !kept.contains(path));
            written.map(|path| path.rsplit_once('/').unwrap().0.to_owned()).collect()
        };
        let partition = written("line_items");
        assert_eq!(partition.len(), 1, "{partition:?}");
        for table in ["facts", "tables", "projects", "indicators", "rejects"] {
            assert!(written(table).is_subset(&partition), "{table}");
        }
        // A year whose checks come out as before has its documents as before, too.
        assert!(written("documents").is_subset(&written("checks")));
        written_for_checks += written("checks").difference(&partition).count();
        night.put(&path, &night.disclosures[number]);
        night.settle();
        night.run();
    }
    assert!((1..10).contains(&written_for_checks), "{written_for_checks}");
}

/// Something that happens to the input by day.
#[derive(Debug, Clone)]
enum Event {
    Put(usize, usize),
    Remove(usize),
    Move(usize, usize),
    Reject(usize, usize),
    Rollback,
}

const PLACES: [&str; 9] = [
    "a.txt",
    "b/c.txt",
    "b/d.txt",
    "2021/e.txt",
    "大同市/f.txt",
    "g h.txt",
    "z/z/z.txt",
    "中.txt",
    "更正.txt",
];
const RUBBISH: [&[u8]; 3] = [b"", b"%PDF-1.7", b"no disclosure"];

/// Other amounts in the same places.
fn altered(disclosure: &[u8]) -> Vec<u8> {
    disclosure.iter().map(|byte| if *byte == b'7' { b'8' } else { *byte }).collect()
}

fn event() -> impl Strategy<Value = Event> {
    let place = 0..PLACES.len();
    prop_oneof![
        4 => (place.clone(), 0..24_usize).prop_map(|(place, content)| Event::Put(place, content)),
        2 => place.clone().prop_map(Event::Remove),
        2 => (place.clone(), place.clone()).prop_map(|(from, to)| Event::Move(from, to)),
        1 => (place, 0..RUBBISH.len()).prop_map(|(place, rubbish)| Event::Reject(place, rubbish)),
        1 => Just(Event::Rollback),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("BUDGETLAKE_FAULTS").is_some() { 60 } else { 5 }))]

    /// Whatever happens from night to night, the snapshot is the one of a run from nothing.
    #[test]
    fn night_after_night_is_as_from_nothing(nights in prop::collection::vec(prop::collection::vec(event(), 1..6), 1..5)) {
        let night = Night::new();
        // Never empty: a run over nothing publishes nothing.
        night.put("always.txt", &night.disclosures[0]);
        let mut snapshots: Vec<PathBuf> = Vec::new();
        for events in nights {
            for event in events {
                let at = |place: usize| night.input().join(PLACES[place]);
                match event {
                    Event::Put(place, content) => match night.disclosures.get(content) {
                        Some(disclosure) => night.put(PLACES[place], disclosure),
                        None => night.put(PLACES[place], &altered(&night.disclosures[content - 12])),
                    },
                    Event::Remove(place) => drop(fs::remove_file(at(place))),
                    Event::Move(from, to) => {
                        fs::create_dir_all(at(to).parent().unwrap()).unwrap();
                        let _ = fs::rename(at(from), at(to));
                    }
                    Event::Reject(place, rubbish) => night.put(PLACES[place], RUBBISH[rubbish]),
                    Event::Rollback => {
                        if let Some(snapshot) = snapshots.first() {
                            let current = night.warehouse().join("current");
                            fs::remove_file(&current).unwrap();
                            std::os::unix::fs::symlink(snapshot, &current).unwrap();
                        }
                    }
                }
            }
            night.settle();
            night.run();
            snapshots.push(fs::read_link(night.warehouse().join("current")).unwrap());
            night.assert_as_from_nothing();
        }
    }
}
