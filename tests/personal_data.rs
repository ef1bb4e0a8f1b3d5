//! Names and telephone numbers of persons: in no published byte or value unless the configuration loads them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use assert_cmd::cargo::cargo_bin_cmd;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// What must not be published.
const PERSONS: [&str; 7] = ["甲某某", "乙某某", "丙某某", "丁某某", "5550123", "5550456", "5550789"];

fn disclosure() -> String {
    let form = |name: &str, foot: &str| {
        format!(
            "忻州市市级预算部门（单位）项目支出绩效目标申报表\n\n(2024年度)\n\n项目名称\t\t{name}\n\
             主管部门及代码\t\t118-忻州市河灯事务局[部门]\t\t实施单位\t忻州市河灯事务局\n项目资金(元)\t\t实施期资金总额:\t5,000\t年度资金总额:\t5,000\n\
             \t\t市县(区)财政资金\t5,00x\t市县(区)财政资金\t5,000\n项目概况\t\t灯会（联系人：丙某某，常年值守）\n\
             绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值\n\
             \t产出指标\t数量指标\t展灯\t≥9盏\t数量指标\t展灯\t≥9盏\n{foot}"
        )
    };
    [
        "忻州市河灯事务局2024年度部门预算\n\n经办人：丁某某 联系电话：5550789\n\n".to_owned(),
        form(
            "J灯会",
            "负责人:\t甲某某\t经办人:\t乙某某\t联系电话:\t5550123\t填报日期:\t20240103093015\n\n",
        ),
        form(
            "J灯船",
            "负责人：甲某某 经办人：乙某某\t\t联系电话：5550456\t填报日期：20240103093015\n\n",
        ),
        form("J灯塔", "负责人\t甲某某\t经办人\t乙某\n\t某\t联系电话\t5550\n\t123\n\n"),
        "忻州市河灯事务局2024年收入总表\n\n单位负责人：甲某某 填表人：乙某某 单位：万元\n\n\
         科目编码\t科目名称\t合计\n206\t科学技术支出\t5.00\n单位负责人：乙某某\t联系电话：\t5550123\n\n填报人：丁某某 电话：5550789\n\n"
            .to_owned(),
        // The end of the file cuts the last form in its foot.
        form("J灯桥", "负责人:\t甲某某\t经办人:\t乙某某\t联系电话:\t5550123"),
    ]
    .concat()
}

struct Warehouse {
    root: tempfile::TempDir,
}

impl Warehouse {
    fn of(files: &[(String, Vec<u8>)], config: Option<&str>) -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        fs::create_dir(path("in")).unwrap();
        for (name, bytes) in files {
            fs::write(path("in").join(name), bytes).unwrap();
        }
        let mut command = cargo_bin_cmd!("budgetlake");
        command.arg("run").arg(path("in")).arg("--warehouse").arg(path("w"));
        if let Some(settings) = config {
            fs::create_dir(path("config")).unwrap();
            fs::write(path("config").join("budgetlake.toml"), settings).unwrap();
            command.arg("--config").arg(path("config"));
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        Self { root }
    }

    fn files(&self) -> Vec<PathBuf> {
        walkdir::WalkDir::new(self.root.path().join("w"))
            .into_iter()
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.is_file())
            .collect()
    }

    /// Every value of every column as text, with the column that it stands in, and every name and byte beside.
    fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for path in self.files() {
            let place = path.strip_prefix(self.root.path()).unwrap().display().to_string();
            let bytes = fs::read(&path).unwrap();
            texts.push((place.clone(), place.clone()));
            texts.push((place.clone(), String::from_utf8_lossy(&bytes).into_owned()));
            if path.extension().is_none_or(|extension| extension != "parquet") {
                continue;
            }
            let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&path).unwrap()).unwrap();
            for batch in reader.build().unwrap().map(Result::unwrap) {
                let schema = batch.schema();
                for (field, column) in schema.fields().iter().zip(batch.columns()) {
                    let values = match column.data_type() {
                        DataType::List(_) => column.as_list::<i32>().values(),
                        _ => column,
                    };
                    let values = cast(values, &DataType::Utf8).unwrap();
                    let values = values.as_string::<i32>().iter().flatten();
                    texts.extend(values.map(|text| (format!("{place}:{}", field.name()), text.to_owned())));
                }
            }
        }
        assert!(texts.len() > 100, "nothing was published");
        texts
    }
}

#[test]
fn persons_are_in_no_published_byte() {
    let warehouse = Warehouse::of(&[("a.txt".to_owned(), disclosure().into_bytes())], None);
    let texts = warehouse.texts();
    for name in ["J灯会", "J灯船", "J灯塔", "J灯桥", "展灯"] {
        assert!(texts.iter().any(|(_, text)| text == name), "{name} is lost");
    }
    assert!(
        texts
            .iter()
            .any(|(place, text)| place.ends_with("rejects/code") || text == "bad_amount")
    );
    for person in PERSONS {
        for (place, text) in &texts {
            assert!(!text.contains(person), "{person} in {place}: {text}");
        }
    }
}

#[test]
fn persons_are_loaded_where_the_configuration_says_so() {
    let built_in = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config/budgetlake.toml")).unwrap();
    let settings = built_in.replace("load = false", "load = true");
    assert_ne!(built_in, settings);
    let warehouse = Warehouse::of(&[("a.txt".to_owned(), disclosure().into_bytes())], Some(&settings));
    let texts = warehouse.texts();
    let of = |column: &str| -> BTreeSet<&str> {
        let found = texts
            .iter()
            .filter(|(place, _)| place.contains("/projects/") && place.ends_with(&format!(":{column}")));
        found.map(|(_, text)| text.as_str()).collect()
    };
    assert_eq!(of("person_in_charge"), BTreeSet::from(["甲某某"]));
    assert!(of("person_handling").contains("乙某某"), "{:?}", of("person_handling"));
    assert!(
        of("telephone").is_superset(&BTreeSet::from(["5550123", "5550456"])),
        "{:?}",
        of("telephone")
    );
}

#[test]
fn inspect_shows_no_persons() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, disclosure()).unwrap();
    for flags in [["--items"], ["--json"]] {
        let output = cargo_bin_cmd!("budgetlake").arg("inspect").arg(&file).args(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains("J灯塔") && shown.contains("展灯"));
        for person in PERSONS {
            assert!(!shown.contains(person), "{flags:?} {person}:\n{shown}");
        }
    }
}

/// Telephone numbers of the real disclosures, found by their label at run time; none of them is known here.
fn telephones(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for after in text.split("联系电话").skip(1) {
        let line = after.lines().next().unwrap_or_default();
        // What is behind the next label is the date.
        let value = line.split("填报日期").next().unwrap_or_default();
        let mut digits = String::new();
        for c in value.chars().chain(['|']) {
            if c.is_ascii_digit() || c == '-' {
                digits.push(c);
            } else {
                let number = std::mem::take(&mut digits);
                if number.len() >= 7 {
                    found.insert(number);
                }
            }
        }
    }
    found
}

#[test]
fn telephone_numbers_of_real_disclosures_are_in_no_published_byte() {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    let Some(seeds) = above.map(|above| above.join("shared/seeds")).find(|seeds| seeds.is_dir()) else {
        eprintln!("SKIPPED: no folder shared/seeds with real disclosures lies beside the repository");
        return;
    };
    let mut files = Vec::new();
    let mut numbers = BTreeSet::new();
    for entry in fs::read_dir(seeds).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        numbers.extend(telephones(&String::from_utf8_lossy(&bytes)));
        files.push((path.file_name().unwrap().to_str().unwrap().to_owned(), bytes));
    }
    assert!(numbers.len() >= 5, "only {} telephone numbers were found", numbers.len());
    let texts = Warehouse::of(&files, None).texts();
    let leaks: Vec<&str> = texts
        .iter()
        .filter(|(_, text)| numbers.iter().any(|number| text.contains(number.as_str())))
        .map(|(place, _)| place.as_str())
        .collect();
    assert!(leaks.is_empty(), "telephone numbers in {leaks:?}");

    for (name, bytes) in &files {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        for flags in [["--items"], ["--json"]] {
            let output = cargo_bin_cmd!("budgetlake").arg("inspect").arg(&file).args(flags).output().unwrap();
            let shown = String::from_utf8(output.stdout).unwrap();
            let leaks = numbers.iter().filter(|number| shown.contains(number.as_str())).count();
            assert_eq!(leaks, 0, "inspect {flags:?} shows telephone numbers of {name}");
        }
    }
}
