//! No input makes the extraction panic, and whatever it says of a file lies within the file.

use budgetlake::codes::Layout;
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::synth::{Encoding, Options, Size, file};
use proptest::prelude::*;
use proptest::sample::Index;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| Config::load(None).unwrap())
}

fn samples() -> &'static [Vec<u8>] {
    static SAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        assert!(paths.len() > 20);
        paths.iter().map(|path| fs::read(path).unwrap()).collect()
    })
}

/// Disclosures with performance forms: the golden ones, and generated ones with all that makes them hard.
fn performance_samples() -> &'static [Vec<u8>] {
    static SAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let cases = [
            "performance_target_form",
            "performance_target_form_with_persons_on_top",
            "self_evaluation_in_cells",
            "self_evaluation_in_lines",
        ];
        let golden = cases.map(|case| fs::read(folder.join(case).join("in")).unwrap());
        let options = Options {
            seed: 4,
            cities: 1,
            years: 2023..=2024,
            layout: Some(Layout::Tabbed),
            encoding: Some(Encoding::Utf8),
            size: Size::Full,
        };
        let generated = (0..8).filter_map(|index| {
            let file = file(&options, index).unwrap();
            // The forms alone, below the title that names the body: the rest has its own test.
            let at = file.text.find("项目支出绩效目标申报表")?;
            let form = file.text[..at].rfind('\n').map_or(0, |end| end + 1);
            Some(format!("大同市史料保护与利用局2024年度部门预算\n\n{}", &file.text[form..]).into_bytes())
        });
        golden.into_iter().chain(generated).collect()
    })
}

/// What holds of every extraction of `bytes`.
fn is_sound(bytes: &[u8]) -> Extraction {
    let extraction = extract(bytes, "a/b.txt", config());
    // A line ends in at least one byte, so there are no more lines than bytes.
    let most = i32::try_from(bytes.len()).unwrap() + 1;
    let within = |line: Option<i32>| line.is_none_or(|line| (1..=most).contains(&line));
    let tables = i32::try_from(extraction.tables.len()).unwrap();
    for (number, table) in (1..).zip(&extraction.tables) {
        assert_eq!(table.table_no, number);
        assert!(within(table.line), "{table:?}");
        let items = extraction.line_items.iter().filter(|item| item.table_no == number);
        assert_eq!(usize::try_from(table.amounts).unwrap(), items.count());
    }
    for item in &extraction.line_items {
        assert!(
            within(item.line) && (1..=tables).contains(&item.table_no) && item.row_no >= 1,
            "{item:?}"
        );
        let table = &extraction.tables[usize::try_from(item.table_no - 1).unwrap()];
        assert!(item.row_no <= table.rows, "{item:?}");
        assert!(!item.amount_text.trim().is_empty());
    }
    for indicator in &extraction.indicators {
        assert!(
            within(indicator.line) && (1..=tables).contains(&indicator.table_no),
            "{indicator:?}"
        );
        assert_eq!(indicator.is_quantitative, indicator.target_value.is_some());
        let project = extraction
            .projects
            .iter()
            .find(|project| project.project_no == indicator.project_no);
        assert_eq!(project.unwrap().project_name, indicator.project_name);
    }
    for (number, project) in (1..).zip(&extraction.projects) {
        assert!(
            within(project.line) && (1..=tables).contains(&project.table_no) && project.project_no == number,
            "{project:?}"
        );
        assert!(project.person_in_charge.is_none() && project.person_handling.is_none() && project.telephone.is_none());
    }
    for reject in &extraction.rejects {
        assert!(within(reject.line), "{reject:?}");
        assert!(reject.excerpt.as_deref().unwrap_or_default().chars().count() <= 200);
    }
    let counted = extraction
        .document
        .as_ref()
        .map(|document| (document.tables, document.line_items, document.rejects));
    let count = |number: usize| i32::try_from(number).unwrap();
    match counted {
        Some(counted) => assert_eq!(
            counted,
            (tables, count(extraction.line_items.len()), count(extraction.rejects.len()))
        ),
        None => assert!(!extraction.rejects.is_empty() && extraction.line_items.is_empty(), "lost silently"),
    }
    extraction
}

/// What can happen to a file on its way.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Cut(Index, u16),
    End(Index),
    Double(Index, u16),
    Insert(Index, &'static [u8]),
}

fn damage() -> impl Strategy<Value = Damage> {
    let pieces: Vec<&'static [u8]> = vec![
        b"\t",
        b"\t\t\t",
        b"\n",
        b"\n\n",
        b"\r",
        b"\x0c",
        b"\0",
        b"\xff",
        b"\xe4\xb8",
        b"9",
        b"-",
        b".",
        b",",
        b"|",
        "合计".as_bytes(),
        "指标".as_bytes(),
        "\t数量指标\t".as_bytes(),
        "≥".as_bytes(),
        "联系电话：".as_bytes(),
        "单位：亿元".as_bytes(),
        "（".as_bytes(),
        "[208".as_bytes(),
        "99999999999999999999".as_bytes(),
        "\u{feff}".as_bytes(),
    ];
    prop_oneof![
        (any::<Index>(), 1..=255u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        (any::<Index>(), any::<u16>()).prop_map(|(at, length)| Damage::Cut(at, length % 400)),
        any::<Index>().prop_map(Damage::End),
        (any::<Index>(), any::<u16>()).prop_map(|(at, length)| Damage::Double(at, length % 2_000)),
        (any::<Index>(), proptest::sample::select(pieces)).prop_map(|(at, piece)| Damage::Insert(at, piece)),
    ]
}

fn inflict(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    let range = |at: &Index, size: u16| at.index(length)..(at.index(length) + usize::from(size)).min(length);
    match damage {
        Damage::Flip(at, bits) => bytes[at.index(length)] ^= bits,
        Damage::Cut(at, size) => drop(bytes.drain(range(at, *size))),
        Damage::End(at) => bytes.truncate(at.index(length)),
        Damage::Double(at, size) => {
            let piece = bytes[range(at, *size)].to_vec();
            bytes.splice(at.index(length)..at.index(length), piece);
        }
        Damage::Insert(at, piece) => drop(bytes.splice(at.index(length)..at.index(length), piece.iter().copied())),
    }
}

/// Text that looks like a disclosure here and there.
fn fragments() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = vec![
        "2023年预算收支总表",
        "2023年部门预算",
        "部门名称：某市某局",
        "单位：万元",
        "金额单位：元",
        "项目",
        "科目编码",
        "科目名称",
        "合计",
        "小计",
        "基本支出",
        "项目支出",
        "收入",
        "支出",
        "预算数",
        "2080501",
        "[20805]行政事业单位养老支出",
        "一、一般公共预算",
        "上年结转",
        "12.50",
        "１，２３４．５６",
        "△3.00",
        "(1.00)",
        "────",
        "1,2 34.5.6",
        "\t",
        "\t",
        "\t",
        "\n",
        "\n",
        "\n\n",
        "目录",
        "......",
        "第一部分",
        "注：本表无数据",
        "公开01表",
        "项目支出绩效目标申报表",
        "主管部门及代码",
        "101-某局[部门]",
        "项目支出绩效自评表",
        "项目名称",
        "项目资金(万元)",
        "实施期资金总额：",
        "市县(区)财政资金",
        "总体目标",
        "绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值\n",
        "一级指标\t二级指标\t三级指标\t年初指标值\t调整后指标值\t实际完成值\t分值\t得分\n",
        "产出指标",
        "数量指标",
        "意 度 指 标",
        "服务对象满意度",
        "≥90%",
        "60元/人·天",
        "∞%",
        "负责人：",
        "联系电话",
        "总分",
        "1",
        "2",
        "3",
        "栏次",
    ];
    proptest::collection::vec(proptest::sample::select(words), 0..120).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..4_096)) {
        is_sound(&bytes);
    }

    #[test]
    fn random_text_is_survived(text in "\\PC{0,600}") {
        is_sound(text.as_bytes());
    }

    #[test]
    fn random_fragments_are_survived(text in fragments()) {
        is_sound(text.as_bytes());
    }

    #[test]
    fn damaged_disclosures_are_survived(which in any::<Index>(), damages in proptest::collection::vec(damage(), 1..12)) {
        let mut bytes = which.get(samples()).clone();
        for damage in &damages {
            inflict(&mut bytes, damage);
        }
        is_sound(&bytes);
    }

    #[test]
    fn damaged_performance_forms_are_survived(which in any::<Index>(), damages in proptest::collection::vec(damage(), 1..24)) {
        let mut bytes = which.get(performance_samples()).clone();
        for damage in &damages {
            inflict(&mut bytes, damage);
        }
        is_sound(&bytes);
    }
}

#[test]
fn undamaged_samples_are_sound() {
    assert!(performance_samples().len() > 6);
    assert!(performance_samples().iter().all(|bytes| !is_sound(bytes).indicators.is_empty()));
    for bytes in samples() {
        is_sound(bytes);
    }
}

/// Every length that a file can be cut to, in the midst of the tables of one.
#[test]
fn a_disclosure_cut_anywhere_is_sound() {
    let bytes = &samples()[1];
    for end in (0..bytes.len()).step_by(97) {
        is_sound(&bytes[..end]);
    }
}
