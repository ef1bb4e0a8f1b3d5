//! Bad content of performance forms: rows where the content allows, a reject where not, never a lost neighbour.

use std::fmt::Write as _;
use std::sync::OnceLock;

use budgetlake::codes::{Code, Horizon, Severity};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;
use budgetlake::tables::{Indicator, Project};

const HEAD: &str = "忻州市市级预算部门（单位）项目支出绩效目标申报表\n\n(2024年度)\n\n";
const FIELDS: &str = "主管部门及代码\t\t118-忻州市河灯事务局[部门]\t\t实施单位\t忻州市河灯事务局\n";
const FUNDING: &str =
    "项目资金(元)\t\t实施期资金总额:\t5,000\t年度资金总额:\t5,000\n\t\t市县(区)财政资金\t5,000\t市县(区)财政资金\t5,000\n";
const HEADER: &str = "绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值\n";
const ROW: &str = "\t产出指标\t数量指标\t展灯\t≥9盏\t数量指标\t展灯\t≥9盏\n";
const FOOT: &str = "负责人:\t\t经办人:\t\t联系电话:\t\t填报日期:\t20240103093015\n\n";

fn config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| Config::load(None).unwrap())
}

fn good(name: &str) -> String {
    format!("{HEAD}项目名称\t\t{name}\n{FIELDS}{FUNDING}{HEADER}{ROW}{FOOT}")
}

/// Reads a bad form between two good ones, which must come out whole.
fn between(bad: &str) -> Extraction {
    let text = format!("忻州市河灯事务局2024年度部门预算\n\n{}{bad}{}", good("J前"), good("J后"));
    let extraction = extract(text.as_bytes(), "a.txt", config());
    for name in ["J前", "J后"] {
        let project = extraction
            .projects
            .iter()
            .find(|project| project.project_name.as_deref() == Some(name));
        let number = project.unwrap_or_else(|| panic!("{name} is lost")).project_no;
        assert_eq!(indicators(&extraction, number).len(), 2, "{name}");
        let funding = extraction
            .line_items
            .iter()
            .filter(|item| item.project_name.as_deref() == Some(name))
            .count();
        assert_eq!(funding, 4, "{name}");
    }
    assert!(extraction.rejects.iter().all(|reject| reject.severity == Severity::Warning));
    extraction
}

fn indicators(extraction: &Extraction, project_no: i32) -> Vec<&Indicator> {
    let all = extraction.indicators.iter();
    all.filter(|indicator| indicator.project_no == project_no).collect()
}

/// The project in the middle.
fn middle(extraction: &Extraction) -> &Project {
    assert_eq!(extraction.projects.len(), 3);
    &extraction.projects[1]
}

fn codes(extraction: &Extraction) -> Vec<&'static str> {
    extraction.rejects.iter().map(|reject| reject.code.code()).collect()
}

#[test]
fn a_form_without_a_name_keeps_all_but_its_name() {
    let extraction = between(&format!("{HEAD}{FIELDS}{FUNDING}{HEADER}{ROW}{FOOT}"));
    let project = middle(&extraction);
    assert_eq!(project.project_name, None);
    assert_eq!(project.competent_department.as_deref(), Some("忻州市河灯事务局"));
    assert_eq!(indicators(&extraction, project.project_no).len(), 2);
    assert_eq!(extraction.line_items.iter().filter(|item| item.project_name.is_none()).count(), 4);
    assert!(codes(&extraction).contains(&"incomplete_form"));
}

#[test]
fn a_name_that_is_blank_is_none() {
    let extraction = between(&format!("{HEAD}项目名称\t\t\n{FIELDS}{FUNDING}{HEADER}{ROW}{FOOT}"));
    assert_eq!(middle(&extraction).project_name, None);
    assert!(codes(&extraction).contains(&"incomplete_form"));
}

#[test]
fn an_indicator_under_no_category_is_loaded_with_a_warning() {
    let orphan = "\t\t\t游船\t≥3艘\t\t游船\t≥3艘\n";
    let extraction = between(&format!("{HEAD}项目名称\t\tJ中\n{FIELDS}{FUNDING}{HEADER}{orphan}{ROW}{FOOT}"));
    let found = indicators(&extraction, middle(&extraction).project_no);
    assert_eq!(found.len(), 4);
    assert_eq!(
        (found[0].indicator_name.as_str(), found[0].category, found[0].dimension),
        ("游船", None, None)
    );
    assert_eq!(found[0].target_text.as_deref(), Some("≥3艘"));
    assert_eq!(codes(&extraction).iter().filter(|code| **code == "bad_indicator").count(), 2);
}

/// The contract knows two horizons: what stands under a third is said, and the two are as they would be without it.
#[test]
fn three_horizons_do_not_mix() {
    let header = "绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值\n";
    let row = "\t产出指标\t数量指标\t展灯\t≥9盏\t数量指标\t游船\t≥8艘\t数量指标\t河道\t≥7里\n";
    let extraction = between(&format!("{HEAD}项目名称\t\tJ中\n{FIELDS}{FUNDING}{header}{row}{FOOT}"));
    let found: Vec<_> = indicators(&extraction, middle(&extraction).project_no)
        .into_iter()
        .map(|indicator| {
            (
                indicator.horizon,
                indicator.indicator_name.as_str(),
                indicator.target_text.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some(Horizon::ImplementationPeriod), "展灯", Some("≥9盏")),
            (Some(Horizon::Annual), "游船", Some("≥8艘")),
        ]
    );
    let third = extraction
        .rejects
        .iter()
        .find(|reject| reject.code.code() == "bad_indicator")
        .unwrap();
    assert!(third.excerpt.as_deref().unwrap().contains("河道"), "{third:?}");
}

#[test]
fn ten_thousand_indicators_are_read() {
    let mut rows = String::new();
    for number in 0..5_000 {
        writeln!(rows, "\t\t数量指标\t展灯{number}\t≥{number}盏\t数量指标\t展灯{number}\t≥{number}盏").unwrap();
    }
    let extraction = between(&format!("{HEAD}项目名称\t\tJ中\n{FIELDS}{FUNDING}{HEADER}{rows}{FOOT}"));
    let found = indicators(&extraction, middle(&extraction).project_no);
    assert_eq!(found.len(), 10_000);
    assert_eq!(found[9_999].indicator_name, "展灯4999");
}

#[test]
fn funding_that_does_not_add_up_is_loaded_as_printed() {
    let funding = "项目资金(元)\t\t实施期资金总额:\t5,000\t年度资金总额:\t9,999\n\t\t市县(区)财政资金\t1.2.3\t市县(区)财政资金\t7\n";
    let extraction = between(&format!("{HEAD}项目名称\t\tJ中\n{FIELDS}{funding}{HEADER}{ROW}{FOOT}"));
    let amounts: Vec<String> = extraction
        .line_items
        .iter()
        .filter(|item| item.project_name.as_deref() == Some("J中"))
        .map(|item| item.amount.to_string())
        .collect();
    assert_eq!(amounts, ["5000.00", "9999.00", "7.00"]);
    assert_eq!(codes(&extraction), ["bad_amount"]);
}

#[test]
fn targets_that_are_no_numbers_stay_texts() {
    let rows = "\t产出指标\t数量指标\t甲\t∞%\t数量指标\t甲\t-\n\t\t质量指标\t乙\t≥∞%\t质量指标\t乙\t—\n\
                \t\t成本指标\t丙\t99999999999999999999999\t成本指标\t丙\t≥.%\n";
    let extraction = between(&format!("{HEAD}项目名称\t\tJ中\n{FIELDS}{FUNDING}{HEADER}{rows}{FOOT}"));
    let found: Vec<_> = indicators(&extraction, middle(&extraction).project_no)
        .into_iter()
        .map(|indicator| (indicator.target_text.as_deref(), indicator.target_value, indicator.is_quantitative))
        .collect();
    let texts = ["∞%", "-", "≥∞%", "—", "99999999999999999999999", "≥.%"];
    assert_eq!(found, texts.map(|text| (Some(text), None, false)));
}

fn self_evaluation(rows: &str) -> Extraction {
    let text = format!(
        "忻州市河灯事务局2024年度部门决算\n\nJ灯会项目支出绩效自评表\n\n（2024年度）\n\n项目名称\t\tJ灯会\n\
         \t一级指标\t二级指标\t三级指标\t年初指标值\t调整后指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施\n{rows}总分\t\t\t\t\t\t\t100\t90\t优\n"
    );
    extract(text.as_bytes(), "a.txt", config())
}

#[test]
fn a_score_above_its_weight_is_loaded_with_a_warning() {
    let extraction =
        self_evaluation("\t产出指标\t数量指标\t展灯\t≥9盏\t≥9盏\t≥12盏\t20\t25\t\n\t\t质量指标\t破损\t≤1%\t≤1%\t-\t80\t65\t\n");
    let scores: Vec<String> = extraction
        .indicators
        .iter()
        .map(|indicator| indicator.score.unwrap().decimal().normalize().to_string())
        .collect();
    assert_eq!(scores, ["25", "65"]);
    assert_eq!(extraction.indicators[1].actual_text.as_deref(), Some("-"));
    assert_eq!(codes(&extraction).iter().filter(|code| **code == "bad_indicator").count(), 1);
}

#[test]
fn funding_under_labels_that_are_joined_or_unknown_is_read_or_named() {
    let row = |label: &str, amount: &str| format!("\t{label}\t{amount}\t{amount}\t{amount}\t{amount}\t0.00\t100\t10\n");
    let text = format!(
        "忻州市河灯事务局2024年度部门决算\n\nJ灯会项目支出绩效自评表\n\n（2024年度）\n\n项目名称\t\tJ灯会\n\
         项目资金（万元）\t资金来源\t目标申报数\t预算编制数\t全年预算数\t全年执行数\t资金结（转）余\t执行率\t得分\n{}{}{}\
         \t一级指标\t二级指标\t三级指标\t年初指标值\t调整后指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施\n\
         \t产出指标\t数量指标\t展灯\t≥9盏\t≥9盏\t≥12盏\t100\t90\t\n总分\t\t\t\t\t\t\t100\t90\t优\n",
        row("资金总额：", "10.00"),
        row("市县区财政资金其他资金", "10.00"),
        row("神秘资金", "7"),
    );
    let extraction = extract(text.as_bytes(), "a.txt", config());
    let labels: Vec<&str> = extraction.line_items.iter().map(|item| item.account_name.as_str()).collect();
    assert_eq!(labels.len(), 10, "{labels:?}");
    assert_eq!(labels.iter().filter(|label| **label == "市县区财政资金").count(), 5, "{labels:?}");
    assert!(codes(&extraction).contains(&"bad_amount"), "{:?}", extraction.rejects);
}

#[test]
fn a_self_evaluation_of_which_nothing_can_be_told_is_rejected() {
    let text = "忻州市河灯事务局2024年度部门决算\n\nJ灯会项目支出绩效自评表\n\n（2024年度）\n\n项目名称\t\tJ灯会\n其他\t\t内容\n";
    let extraction = extract(text.as_bytes(), "a.txt", config());
    assert!(extraction.projects.is_empty());
    assert!(codes(&extraction).contains(&"incomplete_form"), "{:?}", extraction.rejects);
}

/// Forms in lines of text, of words that such forms have, in any order and however parted.
fn forms_in_lines() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let word = prop::sample::select(vec![
        "产出指标",
        "数量指标",
        "质量",
        "指标",
        "满意度指标",
        "服务对象满意度",
        "展灯",
        "展灯数量",
        "全部工作完",
        "成时间",
        "≥9盏",
        "100%",
        "及时",
        "2024年底",
        "＝9",
        "人",
        "绩",
        "效",
        "负责人：",
        "填报日期：",
        "20240103",
        "总体目标",
        "年度目标",
        "灯亮。",
        "项目概况",
        "指标值",
        "三级指标",
    ]);
    let gap = prop::sample::select(vec![" ", "\n", "  ", "          ", "\n              "]);
    let header = prop::sample::select(vec![
        "绩效指标 一级指标 二级指标 三级指标 指标值 二级指标 三级指标 指标值\n",
        "一级指标 二级指标 三级指标 年度指标值\n",
        "     一级指标       二级指标       三级指标       指标值\n",
    ]);
    (header, prop::collection::vec((word, gap), 0..60)).prop_map(|(header, words)| {
        let body: String = words.into_iter().flat_map(|(word, gap)| [word, gap]).collect();
        format!("{HEAD}项目名称 J中\n主管部门 忻州市河灯事务局\n{header}{body}\n")
    })
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 400, ..Default::default() })]

    #[test]
    fn whatever_words_a_form_in_lines_has_no_label_names_an_indicator(bad in forms_in_lines()) {
        let extraction = between(&bad);
        for indicator in &extraction.indicators {
            let name = &indicator.indicator_name;
            proptest::prop_assert!(!name.contains("指标") && !name.contains('≥') && name.chars().count() > 1, "{name} in {bad}");
        }
    }
}
