//! Bad content, end to end: what is wrong inside a file is said in `rejects`, and every other file is loaded whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Decimal128Type};
use assert_cmd::cargo::cargo_bin_cmd;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const DEFAULT: &str = "__HIVE_DEFAULT_PARTITION__";

/// A healthy disclosure that lies beside every bad one.
const GOOD: &str = "忻州市河灯事务局2024年度部门预算\n\n2024年部门预算收入总表\n\n部门名称：忻州市河灯事务局\n\n单位：万元\n\n\
    科目编码\t科目名称\t合计\t一般公共预算\n\t合计\t5.00\t5.00\n206\t科学技术支出\t5.00\t5.00\n";

struct Published {
    code: i32,
    current: PathBuf,
    _root: tempfile::TempDir,
}

/// Runs over the good disclosure and the given files.
fn run(files: &[(&str, &[u8])]) -> Published {
    run_made(|input| {
        for (name, bytes) in files {
            fs::write(input.join(name), bytes).unwrap();
        }
    })
}

fn run_made(make: impl FnOnce(&Path)) -> Published {
    let root = tempfile::tempdir().unwrap();
    let (input, warehouse) = (root.path().join("in"), root.path().join("w"));
    fs::create_dir(&input).unwrap();
    fs::write(input.join("good.txt"), GOOD).unwrap();
    make(&input);
    let output = cargo_bin_cmd!("budgetlake")
        .arg("run")
        .arg(&input)
        .arg("--warehouse")
        .arg(&warehouse)
        .timeout(Duration::from_secs(120))
        .output()
        .unwrap();
    let code = output.status.code().expect("the run hung or was killed");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    let published = Published {
        code,
        current: warehouse.join("current"),
        _root: root,
    };
    assert_eq!(published.amounts("good.txt"), ["50000.00"; 4], "the file beside is not whole");
    published
}

impl Published {
    /// Some columns of a table as text, each row after its partition's path.
    fn rows<const N: usize>(&self, table: &str, columns: [&str; N]) -> Vec<(String, [String; N])> {
        let mut rows = Vec::new();
        for entry in walkdir::WalkDir::new(self.current.join(table)).into_iter().map(Result::unwrap) {
            if !entry.file_type().is_file() {
                continue;
            }
            let folder = entry.path().parent().unwrap().strip_prefix(self.current.join(table)).unwrap();
            let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(entry.path()).unwrap()).unwrap();
            for batch in reader.build().unwrap().map(Result::unwrap) {
                let texts = columns.map(|column| text(&batch[column]));
                for row in 0..batch.num_rows() {
                    rows.push((
                        folder.to_str().unwrap().to_owned(),
                        texts.each_ref().map(|column| column[row].clone()),
                    ));
                }
            }
        }
        rows
    }

    /// The documents' ids, paths and partitions.
    fn documents(&self) -> BTreeMap<String, (String, String)> {
        let rows = self.rows("documents", ["path", "document_id"]);
        rows.into_iter().map(|(folder, [path, id])| (path, (id, folder))).collect()
    }

    /// The amounts of one file, in their order.
    fn amounts(&self, path: &str) -> Vec<String> {
        let Some((id, _)) = self.documents().remove(path) else {
            return Vec::new();
        };
        let rows = self.rows("line_items", ["document_id", "amount"]);
        rows.into_iter()
            .filter(|(_, [document, _])| *document == id)
            .map(|(_, [_, amount])| amount)
            .collect()
    }

    /// The partition of one file.
    fn partition(&self, path: &str) -> String {
        self.documents().remove(path).unwrap().1
    }

    /// Severity and code of what `rejects` says of one file.
    fn rejects(&self, path: &str) -> Vec<(String, String)> {
        let rows = self.rows("rejects", ["path", "severity", "code"]);
        let mut found: Vec<_> = rows
            .into_iter()
            .filter(|(_, [file, ..])| file == path)
            .map(|(_, [_, severity, code])| (severity, code))
            .collect();
        found.sort();
        found
    }
}

fn text(column: &dyn arrow::array::Array) -> Vec<String> {
    if let Some(decimals) = column.as_primitive_opt::<Decimal128Type>() {
        return (0..decimals.len()).map(|row| decimals.value_as_string(row)).collect();
    }
    let texts = arrow::compute::cast(column, &DataType::Utf8).unwrap();
    texts
        .as_string::<i32>()
        .iter()
        .map(|text| text.unwrap_or_default().to_owned())
        .collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .map(|(severity, code)| (severity.to_owned(), code.to_owned()))
        .collect()
}

/// A form with one account, for a body.
fn form_of(body: &str, rows: &str) -> String {
    format!("2024年一般公共预算支出表\n\n部门名称：{body}\n\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n{rows}")
}

#[test]
fn a_table_cut_in_the_middle_is_a_warning() {
    let whole = form_of("忻州市河灯事务局", "合计\t\t60.00\t40.00\t20.00\n206\t科学技术支出\t60.0");
    let published = run(&[("cut.txt", whole.as_bytes())]);
    assert_eq!(published.code, 0);
    assert_eq!(published.amounts("cut.txt"), ["600000.00", "400000.00", "200000.00"]);
    assert_eq!(published.rejects("cut.txt"), pairs([("warning", "truncated")]));
}

#[test]
fn a_character_cut_in_the_middle_costs_only_itself() {
    let mut bytes = form_of("忻州市河灯事务局", "合计\t\t60.00\t40.00\t20.00\n206\t科学技术支").into_bytes();
    bytes.truncate(bytes.len() - 1);
    let published = run(&[("cut.txt", &bytes)]);
    assert_eq!(published.code, 0);
    assert_eq!(published.amounts("cut.txt"), ["600000.00", "400000.00", "200000.00"]);
    assert_eq!(
        published.rejects("cut.txt"),
        pairs([("warning", "encoding_errors"), ("warning", "truncated")])
    );
}

#[test]
fn binary_garbage_called_txt_is_rejected() {
    let mut state = 1u32;
    let garbage: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(50_000)
    .collect();
    let published = run(&[("garbage.txt", &garbage)]);
    assert_eq!(published.code, 3);
    assert_eq!(published.rejects("garbage.txt"), pairs([("error", "binary")]));
}

#[test]
fn a_mixture_of_encodings_is_rejected() {
    let text = form_of("忻州市河灯事务局", "合计\t\t60.00\t40.00\t20.00\n").repeat(20);
    let (gbk, ..) = encoding_rs::GB18030.encode(&text);
    let (shift_jis, ..) = encoding_rs::EUC_KR.encode("예산 공개 자료 부처별 세출 세입");
    let mixture = [text.as_bytes(), &gbk, &shift_jis, b"\xff\xfe\x80\x81\xff".repeat(50).as_slice()].concat();
    let published = run(&[("mixture.txt", &mixture)]);
    assert_eq!(published.code, 3);
    assert_eq!(published.rejects("mixture.txt"), pairs([("error", "encoding_undetectable")]));
}

#[test]
fn a_line_of_200_megabytes_is_rejected_unread() {
    let published = run_made(|input| {
        let file = fs::File::create(input.join("long.txt")).unwrap();
        let mut file = std::io::BufWriter::new(file);
        let piece = "预算".repeat(1 << 16);
        for _ in 0..(200 << 20) / piece.len() {
            file.write_all(piece.as_bytes()).unwrap();
        }
    });
    assert_eq!(published.code, 3);
    assert_eq!(published.rejects("long.txt"), pairs([("error", "too_large")]));
}

#[test]
fn a_line_past_the_limit_is_left_out() {
    let long = format!(
        "{}\n\n{}",
        "预".repeat(600_000),
        form_of("忻州市河灯事务局", "合计\t\t60.00\t40.00\t20.00\n")
    );
    let published = run(&[("long.txt", long.as_bytes())]);
    assert_eq!(published.code, 0);
    assert_eq!(published.amounts("long.txt").len(), 3);
    assert_eq!(published.rejects("long.txt"), pairs([("warning", "line_too_long")]));
}

#[test]
fn a_row_of_100_000_cells_is_left_out() {
    let wide = format!(
        "合计\t\t60.00\t40.00\t20.00\n206\t科学技术支出{}\n207\t文化旅游体育与传媒支出\t1.00\t1.00\t\n",
        "\t1.00".repeat(100_000)
    );
    let published = run(&[("wide.txt", form_of("忻州市河灯事务局", &wide).as_bytes())]);
    assert_eq!(published.code, 0);
    assert_eq!(
        published.amounts("wide.txt"),
        ["600000.00", "400000.00", "200000.00", "10000.00", "10000.00"]
    );
    assert_eq!(published.rejects("wide.txt"), pairs([("warning", "row_too_wide")]));
}

#[test]
fn a_disclosure_of_nobody_stands_in_the_default_partition() {
    let nobody = "一般公共预算支出表\n\n单位：万元\n\n科目编码\t科目名称\t合计\n206\t科学技术支出\t60.00\n";
    let published = run(&[("nobody.txt", nobody.as_bytes())]);
    assert_eq!(published.code, 0);
    assert_eq!(
        published.partition("nobody.txt"),
        format!("city={DEFAULT}/year={DEFAULT}/department={DEFAULT}")
    );
    assert_eq!(published.amounts("nobody.txt"), ["600000.00"]);
    let codes = ["missing_city", "missing_year", "no_body"];
    assert_eq!(published.rejects("nobody.txt"), pairs(codes.map(|code| ("warning", code))));
}

#[test]
fn amounts_that_are_none_are_left_out_one_by_one() {
    let rows = "合计\t\t1,2 34.5.6\t999999999999999999.00\t20.00\n206\t科学技术支出\t0.0000001\t40.00\t见附件\n";
    let published = run(&[("amounts.txt", form_of("忻州市河灯事务局", rows).as_bytes())]);
    assert_eq!(published.code, 0);
    assert_eq!(published.amounts("amounts.txt"), ["200000.00", "400000.00"]);
    let codes = ["amount_inexact", "amount_range", "bad_amount", "bad_amount"];
    assert_eq!(published.rejects("amounts.txt"), pairs(codes.map(|code| ("warning", code))));
}

/// Names that are no folder names: the partition is escaped or cut, the name stays whole in its column.
#[test]
fn awkward_names_of_departments_are_kept() {
    let long = format!("忻州市{}局", "河灯".repeat(150));
    let names = [
        ("slash.txt", "忻州市河灯/灯艺局"),
        ("dots.txt", "忻州市..局"),
        ("equals.txt", "忻州市a=b局"),
        ("percent.txt", "忻州市100%局"),
        ("long.txt", long.as_str()),
    ];
    let published = run_made(|input| {
        for (file, name) in names {
            fs::write(input.join(file), form_of(name, "合计\t\t60.00\t40.00\t20.00\n")).unwrap();
        }
        let broken = form_of("忻州市河灯\n事务局", "合计\t\t60.00\t40.00\t20.00\n");
        fs::write(input.join("newline.txt"), broken).unwrap();
    });
    assert_eq!(published.code, 0);
    let named: BTreeMap<String, String> = published
        .rows("documents", ["path", "department_name"])
        .into_iter()
        .map(|(_, [path, name])| (path, name))
        .collect();
    for (file, name) in names {
        assert_eq!(named[file], name);
        assert_eq!(published.amounts(file).len(), 3, "{file}");
        let folder = published.partition(file);
        assert!(folder.starts_with("city=忻州市/year=2024/department="), "{folder}");
        assert!(
            folder.split('/').count() == 3 && folder.split('/').all(|part| part.len() <= 255),
            "{folder}"
        );
    }
    assert_eq!(published.amounts("newline.txt").len(), 3);
    assert_eq!(named["newline.txt"], "忻州市河灯事务局");
}
