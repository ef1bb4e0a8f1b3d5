//! Loading, with records made by hand: what is published depends on the records alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int32Type};
use budgetlake::codes::{Classification, Form, Layout, Measure, RejectCode, RowKind, Scope, Severity, Side, SourceFormat, Stage};
use budgetlake::config::Config;
use budgetlake::extraction::{Extraction, Partition};
use budgetlake::hash::sha256_hex;
use budgetlake::load::PUBLISHED;
use budgetlake::money::Yuan;
use budgetlake::run::{Observer, Phase, RunError, RunOptions, RunReport, run_with};
use budgetlake::tables::{Document, FormTable, LineItem, Reject};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Makes a disclosure of a file `department <newline> number of line items`.
fn invented(bytes: &[u8], path: &str, _: &Config) -> Extraction {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let department = lines.next().unwrap_or_default().to_owned();
    assert_ne!(department, "panic", "an invented panic");
    let count: i32 = lines.next().and_then(|line| line.parse().ok()).unwrap_or(1);
    let id = sha256_hex(bytes);
    let id = || id.as_str().into();
    let line_item = |number: i32| LineItem {
        document_id: id(),
        stage: Stage::Budget,
        form: Form::ALL_FORMS[usize::try_from(number).unwrap() % Form::ALL_FORMS.len()],
        side: Side::Expenditure,
        row_kind: RowKind::Item,
        classification: Classification::Functional,
        account_code: (number % 3 != 0).then(|| format!("20805{number:02}")),
        parent_code: None,
        account_name: format!("科目{}", number % 10),
        account_text: format!("科目 {}", number % 10),
        counterpart_name: None,
        project_name: None,
        item: None,
        measure: Measure::Total,
        amount: Yuan::from_cents(i128::from(number) * 100 + 5).unwrap(),
        amount_text: format!("{number}.05"),
        money_unit: "元".into(),
        column_header: "合计".into(),
        table_no: 1,
        row_no: number,
        line: Some(number),
        page: None,
        sheet: None,
    };
    Extraction {
        partition: Partition {
            city: Some("大同市".to_owned()),
            year: Some(2023),
            department: Some(department.clone()),
        },
        document: Some(Document {
            document_id: id(),
            path: String::new(),
            other_paths: Vec::new(),
            file_size: 0,
            format: SourceFormat::Text,
            encoding: Some("UTF-8".to_owned()),
            title: None,
            stage: Stage::Budget,
            scope: Scope::Department,
            province: None,
            district: None,
            division_code: None,
            department_code: None,
            department_name: Some(department),
            unit: None,
            money_unit: None,
            tables: 1,
            line_items: count,
            indicators: 0,
            facts: 0,
            checks_passed: 0,
            checks_failed: 0,
            rejects: 1,
            extractor_version: "test".into(),
            supersedes: None,
            edition: 1,
        }),
        tables: vec![FormTable {
            document_id: id(),
            stage: Stage::Budget,
            table_no: 1,
            form: Form::Expenditure,
            title: None,
            caption: vec!["单位：元".to_owned()],
            money_unit: None,
            header: vec!["科目".to_owned(), "合计".to_owned()],
            rows: count,
            amounts: count,
            is_empty: false,
            layout: Layout::Tabbed,
            recognised_by: "title".to_owned(),
            line: None,
            page: None,
            sheet: None,
        }],
        line_items: (1..=count).map(line_item).collect(),
        rejects: vec![Reject {
            path: path.to_owned(),
            document_id: Some(id()),
            stage: None,
            severity: Severity::Warning,
            code: RejectCode::MissingStage,
            message: "invented".to_owned(),
            line: None,
            page: None,
            sheet: None,
            excerpt: None,
        }],
        ..Extraction::default()
    }
}

trait AllForms {
    const ALL_FORMS: &'static [Form];
}
impl AllForms for Form {
    const ALL_FORMS: &'static [Form] = <Form as budgetlake::codes::Code>::ALL;
}

fn options(input: &Path, warehouse: &Path, jobs: usize) -> RunOptions {
    RunOptions {
        input: input.to_owned(),
        warehouse: warehouse.to_owned(),
        jobs,
        ..RunOptions::default()
    }
}

fn load(input: &Path, warehouse: &Path, jobs: usize) -> RunReport {
    run_with(
        &options(input, warehouse, jobs),
        &Config::load(None).unwrap(),
        &(),
        &AtomicBool::new(false),
        &invented,
    )
    .unwrap()
}

/// Every file below a directory with its bytes' hash, links not followed.
fn files(root: &Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            (
                entry.path().strip_prefix(root).unwrap().display().to_string(),
                sha256_hex(&fs::read(entry.path()).unwrap()),
            )
        })
        .collect()
}

/// All batches of one table.
fn read(warehouse: &Path, table: &str) -> Vec<(String, RecordBatch)> {
    let root = warehouse.join("current").join(table);
    let mut batches = Vec::new();
    for name in files(&root).into_keys() {
        let file = fs::File::open(root.join(&name)).unwrap();
        let partition = PUBLISHED.iter().find(|published| published.name == table);
        let builder = partition.map_or_else(
            || ParquetRecordBatchReaderBuilder::try_new(file.try_clone().unwrap()),
            |partition| partition.open(file.try_clone().unwrap()),
        );
        for batch in builder.unwrap().with_batch_size(1 << 20).build().unwrap() {
            batches.push((name.clone(), batch.unwrap()));
        }
    }
    batches
}

fn corpus(root: &Path) {
    for number in 0..60 {
        let folder = root.join(format!("{}", number % 7));
        fs::create_dir_all(&folder).unwrap();
        let count = if number == 31 { 5_000 } else { 10 + number };
        fs::write(
            folder.join(format!("{number}.txt")),
            format!("部门{}\n{count}\n{number}", number % 5),
        )
        .unwrap();
    }
}

#[test]
fn the_same_bytes_whatever_the_number_of_threads_and_the_order_on_disk() {
    let root = tempfile::tempdir().unwrap();
    let input = root.path().join("in");
    corpus(&input);
    let one = load(&input, &root.path().join("one"), 1);
    let two = load(&input, &root.path().join("two"), 2);
    assert_eq!(one.snapshot, two.snapshot);
    assert_eq!(files(&root.path().join("one/snapshots")), files(&root.path().join("two/snapshots")));
    assert_eq!((one.documents, one.partitions, one.seen), (60, 5, 60));
    // One file for each table with rows and partition, an empty one for each other table, a compact one for each, two descriptions and the manifest.
    let with_rows = 4;
    assert_eq!(
        files(&root.path().join("one/snapshots")).len(),
        with_rows * 5 + (PUBLISHED.len() - with_rows) + PUBLISHED.len() + 3
    );
    assert!(!root.path().join("one/.staging").exists());
    assert!(load(&input, &root.path().join("one"), 2).unchanged);
}

#[test]
fn rows_come_back_in_order_and_exact() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    corpus(&input);
    let report = load(&input, &warehouse, 2);
    let mut rows = 0;
    let mut cents: i128 = 0;
    for (_, batch) in read(&warehouse, "line_items") {
        rows += batch.num_rows() as u64;
        cents += batch["amount"].as_primitive::<Decimal128Type>().values().iter().sum::<i128>();
        assert_eq!(batch["amount"].data_type().to_string(), "Decimal128(20, 2)");
        let numbers = batch["row_no"].as_primitive::<Int32Type>();
        let ids = batch["document_id"].as_string::<i32>();
        let forms = batch["form"]
            .as_dictionary::<Int32Type>()
            .downcast_dict::<arrow::array::StringArray>()
            .unwrap();
        for row in 0..batch.num_rows() {
            let same_document = row > 0 && ids.value(row) == ids.value(row - 1);
            assert_eq!(numbers.value(row), if same_document { numbers.value(row - 1) + 1 } else { 1 });
            let form = Form::ALL_FORMS[usize::try_from(numbers.value(row)).unwrap() % Form::ALL_FORMS.len()];
            assert_eq!(arrow::array::ArrayAccessor::value(&forms, row), form.to_string());
        }
    }
    let counts: Vec<i128> = (0..60).map(|number| if number == 31 { 5_000 } else { 10 + number }).collect();
    assert_eq!(i128::from(rows), counts.iter().sum::<i128>());
    assert_eq!(rows, report.rows_of("line_items"));
    assert_eq!(
        cents,
        counts
            .iter()
            .map(|count| (1..=*count).map(|number| number * 100 + 5).sum::<i128>())
            .sum::<i128>()
    );
    for (_, batch) in read(&warehouse, "documents") {
        let paths: Vec<_> = batch["path"].as_string::<i32>().iter().flatten().collect();
        assert!(paths.is_sorted(), "{paths:?}");
    }
}

#[test]
fn the_same_bytes_at_two_paths_are_one_document() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir_all(input.join("a")).unwrap();
    for name in ["b.txt", "a/x.txt", "c.txt"] {
        fs::write(input.join(name), "部门\n3").unwrap();
    }
    let report = load(&input, &warehouse, 2);
    assert_eq!((report.documents, report.duplicates, report.rows_of("line_items")), (1, 2, 3));
    let (_, batch) = read(&warehouse, "documents").remove(0);
    assert_eq!(batch["path"].as_string::<i32>().value(0), "a/x.txt");
    let others = batch["other_paths"].as_list::<i32>().value(0);
    assert_eq!(others.as_string::<i32>().iter().flatten().collect::<Vec<_>>(), ["b.txt", "c.txt"]);
    assert_eq!(batch["file_size"].as_primitive::<arrow::datatypes::Int64Type>().value(0), 8);
}

#[test]
fn awkward_department_names_are_partitions_and_stay_whole_in_a_column() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir_all(&input).unwrap();
    let names = ["a/b", "..", "x=y", " 空格 ", "100%", "[部门]*?", &"很长".repeat(150)];
    for (number, name) in names.iter().enumerate() {
        fs::write(input.join(format!("{number}.txt")), format!("{name}\n1")).unwrap();
    }
    let report = load(&input, &warehouse, 1);
    assert_eq!(report.partitions, 7);
    let mut read_back: Vec<String> = Vec::new();
    for (_, batch) in read(&warehouse, "documents") {
        read_back.extend(batch["department_name"].as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    read_back.sort();
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    assert_eq!(read_back, names);
}

#[test]
fn a_panic_costs_one_file() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir_all(&input).unwrap();
    fs::write(input.join("bad.txt"), "panic\n1").unwrap();
    fs::write(input.join("good.txt"), "部门\n1").unwrap();
    let report = load(&input, &warehouse, 2);
    assert_eq!((report.documents, report.has_errors()), (1, true));
    let rejects = read(&warehouse, "rejects");
    let (name, batch) = rejects.iter().find(|(name, _)| name.contains("department=__HIVE")).unwrap();
    assert!(name.starts_with("city=__HIVE_DEFAULT_PARTITION__/year=__HIVE_DEFAULT_PARTITION__/"));
    assert!(batch["message"].as_string::<i32>().value(0).contains("an invented panic"));
}

#[test]
fn tables_without_rows_have_one_empty_file() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir_all(&input).unwrap();
    fs::write(input.join("empty.txt"), "").unwrap();
    let report = load(&input, &warehouse, 1);
    assert_eq!((report.documents, report.rows_of("rejects"), report.partitions), (0, 1, 1));
    for table in PUBLISHED {
        for layout in ["", "compact"] {
            let files = files(&warehouse.join("current").join(layout).join(table.name));
            assert_eq!(files.len(), 1, "{}", table.name);
        }
        let compact = read(&warehouse, &format!("compact/{}", table.name));
        assert_eq!(compact.is_empty(), table.name != "rejects");
    }
}

#[test]
fn the_compact_layout_has_the_rows_of_the_partitions_in_order_and_bodies_in_one_row_group() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir_all(&input).unwrap();
    for number in 0..90 {
        let text = format!("部门{:02}\n{}\n{number}", number % 30, 1 + number * 13 % 50);
        fs::write(input.join(format!("{number:02}.txt")), text).unwrap();
    }
    // Of this one nothing is known: no city, no year, no department.
    fs::write(input.join("empty.txt"), "").unwrap();
    let mut config = Config::load(None).unwrap();
    (config.settings.compact.file_rows, config.settings.compact.group_rows) = (1000, 200);
    run_with(&options(&input, &warehouse, 2), &config, &(), &AtomicBool::new(false), &invented).unwrap();

    let partitions: Vec<_> = read(&warehouse, "line_items")
        .into_iter()
        .map(|(name, batch)| {
            let department = name.split("department=").nth(1).unwrap().split('/').next().unwrap().to_owned();
            (department, batch)
        })
        .collect();
    let compact = warehouse.join("current/compact/line_items");
    let mut rows: Vec<(String, RecordBatch)> = Vec::new();
    let mut groups = 0;
    for name in files(&compact).into_keys() {
        let file = fs::File::open(compact.join(&name)).unwrap();
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        groups += builder.metadata().num_row_groups();
        assert!(builder.metadata().file_metadata().num_rows() <= 1000);
        for group in 0..builder.metadata().num_row_groups() {
            let file = fs::File::open(compact.join(&name)).unwrap();
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_row_groups(vec![group]);
            let batch = reader.with_batch_size(1 << 20).build().unwrap().next().unwrap().unwrap();
            assert!(batch.num_rows() <= 200);
            let departments = batch["department"].as_string::<i32>();
            assert!(departments.iter().is_sorted());
            assert!(batch["city"].as_string::<i32>().iter().all(|city| city == Some("大同市")));
            let years = batch["year"].as_primitive::<arrow::datatypes::Int64Type>();
            assert!(years.iter().all(|year| year == Some(2023)));
            for at in 0..batch.num_rows() {
                rows.push((departments.value(at).to_owned(), batch.slice(at, 1)));
            }
        }
    }
    assert!(files(&compact).len() > 1 && groups > 5 && groups <= 30, "{groups}");
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let given: Vec<RecordBatch> = rows
        .iter()
        .map(|(_, row)| row.project(&(0..row.num_columns() - 3).collect::<Vec<_>>()).unwrap())
        .collect();
    let wanted: Vec<RecordBatch> = partitions
        .iter()
        .flat_map(|(_, batch)| (0..batch.num_rows()).map(|at| batch.slice(at, 1)))
        .collect();
    assert_eq!(given, wanted);
    let rejects = read(&warehouse, "compact/rejects");
    let nulls = rejects
        .iter()
        .map(|(_, batch)| ["city", "year", "department"].map(|name| batch[name].null_count()));
    assert_eq!(nulls.fold([0; 3], |sum, nulls| [0, 1, 2].map(|at| sum[at] + nulls[at])), [1; 3]);
}

/// Takes a file away, or stops the run, when a phase begins.
struct Meddler<F: Fn(Phase) + Sync>(F);
impl<F: Fn(Phase) + Sync> Observer for Meddler<F> {
    fn begin(&self, phase: Phase, _: u64, _: u64) {
        (self.0)(phase);
    }
}

#[test]
fn files_that_vanish_or_change_on_the_way_are_rejected_and_the_rest_is_published() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir_all(&input).unwrap();
    for name in ["1.txt", "2.txt", "3.txt"] {
        fs::write(input.join(name), format!("部门\n1\n{name}")).unwrap();
    }
    // The same content twice: while one of them is there, the document is not lost.
    fs::write(input.join("twin-a.txt"), "双\n1").unwrap();
    fs::write(input.join("twin-b.txt"), "双\n1").unwrap();
    let meddler = Meddler(|phase| {
        if phase == Phase::Extract {
            fs::remove_file(input.join("1.txt")).unwrap();
            fs::remove_file(input.join("twin-a.txt")).unwrap();
            fs::write(input.join("2.txt"), "部门\n1\nanother text").unwrap();
        }
    });
    let report = run_with(
        &options(&input, &warehouse, 2),
        &Config::load(None).unwrap(),
        &meddler,
        &AtomicBool::new(false),
        &invented,
    )
    .unwrap();
    assert_eq!(report.documents, 2);
    assert_eq!(report.rejected, BTreeMap::from([("changed", 1), ("vanished", 2)]));
}

#[test]
fn a_stopped_run_publishes_nothing_and_leaves_the_snapshot_before() {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir_all(&input).unwrap();
    fs::write(input.join("old.txt"), "旧\n1").unwrap();
    load(&input, &warehouse, 2);
    let before = files(&warehouse.join("snapshots"));
    fs::write(input.join("new.txt"), "新\n1").unwrap();
    for when in [Phase::Identify, Phase::Extract, Phase::Write, Phase::Compact, Phase::Publish] {
        let stop = AtomicBool::new(false);
        let meddler = Meddler(|phase| stop.store(phase == when || stop.load(Ordering::Relaxed), Ordering::Relaxed));
        let stopped = run_with(
            &options(&input, &warehouse, 2),
            &Config::load(None).unwrap(),
            &meddler,
            &stop,
            &invented,
        );
        assert!(matches!(stopped, Err(RunError::Interrupted)));
        assert_eq!(files(&warehouse.join("snapshots")), before);
        assert!(!warehouse.join(".staging").exists());
    }
}
