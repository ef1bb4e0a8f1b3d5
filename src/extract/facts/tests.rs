use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::tables::Reject;

/// What a narrative states, and what was noted.
fn read(text: &str, stage: Stage) -> (Vec<Fact>, Vec<Reject>) {
    static CONFIG: std::sync::OnceLock<Config> = std::sync::OnceLock::new();
    let config = CONFIG.get_or_init(|| Config::load(None).expect("the built-in configuration is valid"));
    let lines: Vec<TextLine<'_>> = (1u32..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(line, text)| TextLine {
            text: Cow::Borrowed(text),
            position: Position { line, page: 0 },
            after_blank: false,
            empty_before: 0,
        })
        .collect();
    let provenance = Provenance {
        document_id: Arc::from("0"),
        path: String::new(),
    };
    let mut notes = Notes::default();
    let mut stated = Stated {
        rules: &config.facts,
        stage,
        year: Some(2023),
        provenance: &provenance,
        facts: Vec::new(),
    };
    for passage in Passages::new(&lines, &config.facts) {
        statement::read(&passage, &mut stated, &mut notes);
    }
    (stated.facts, notes.into_rejects(&provenance, None, config))
}

/// Each fact on a line: line, fact, subject, value, unit, year.
fn facts_of(text: &str, stage: Stage) -> Vec<String> {
    let row = |fact: &Fact| {
        let value = fact.value.expect("a stated figure has a value").decimal().normalize();
        let subject = fact.subject.as_deref().map(|subject| format!("[{subject}]")).unwrap_or_default();
        let year = fact
            .fact_year
            .filter(|year| *year != 2023)
            .map(|year| format!(" {year}"))
            .unwrap_or_default();
        format!(
            "{} {}{subject} {value} {}{year}",
            fact.line.expect("a fact of a text has its line"),
            fact.fact,
            fact.unit
        )
    };
    read(text, stage).0.iter().map(row).collect()
}

fn budget(text: &str) -> Vec<String> {
    facts_of(text, Stage::Budget)
}

fn final_account(text: &str) -> Vec<String> {
    facts_of(text, Stage::FinalAccount)
}

#[test]
fn totals_and_changes_of_the_whole() {
    let text = "一、部门预算收支数据变动情况及原因\n\n2023 年度预算收入总计 1,000.50 万元，其中：本年收入 900.00 万元，上年结转 100.50 万元，\
        比上年减少 20 万元，下降１．９６％，主要原因是人员减少 3 人；本年部门预算支出总计1000.50万元，比上年增加0.5万元，增长0.05%。";
    assert_eq!(
        budget(text),
        [
            "3 revenue_total 10005000 yuan",
            "3 revenue_current 9000000 yuan",
            "3 revenue_change -200000 yuan",
            "3 revenue_change_percent -1.96 percent",
            "3 expenditure_total 10005000 yuan",
            "3 expenditure_change 5000 yuan",
            "3 expenditure_change_percent 0.05 percent",
        ]
    );
    let (facts, _) = read(text, Stage::Budget);
    let reasons: Vec<Option<&str>> = facts.iter().map(|fact| fact.reason.as_deref()).collect();
    let reason = Some("人员减少3人");
    assert_eq!(reasons, [None, None, reason, reason, None, None, None]);
    assert_eq!(facts[3].value_text, "１．９６％");
    assert_eq!(facts[3].comparison, Some(Comparison::PriorYear));
    assert_eq!(facts[0].section.as_deref(), Some("部门预算收支数据变动情况及原因"));
    assert!(facts[0].source_text.starts_with("2023年度预算收入总计1,000.50万元，其中："));
}

#[test]
fn one_reason_explains_all_changes_of_the_sentence_before() {
    let text = "一、收入支出决算总体情况说明\n2023年度收入支出总计100万元。与2022年度相比，收入支出总计增加1\n0万元，增长11.11%。主要原因：新设机构。。";
    assert_eq!(
        final_account(text),
        [
            "2 revenue_total 1000000 yuan",
            "2 expenditure_total 1000000 yuan",
            "2 revenue_change 100000 yuan",
            "2 expenditure_change 100000 yuan",
            "2 revenue_change_percent 11.11 percent",
            "2 expenditure_change_percent 11.11 percent",
        ]
    );
    let (facts, _) = read(text, Stage::FinalAccount);
    assert!(facts[2..].iter().all(|fact| fact.reason.as_deref() == Some("新设机构")));
}

#[test]
fn shares_belong_to_the_figure_before_them() {
    let text = "三、支出预算情况说明\n2023年度支出预算10万元，其中：基本支出8万元，占80%；经营支出0元，占0%；项目支出2万元，占比 20%。";
    assert_eq!(
        budget(text),
        [
            "2 expenditure_total 100000 yuan",
            "2 basic_expenditure 80000 yuan",
            "2 basic_expenditure_share 80 percent",
            "2 project_expenditure 20000 yuan",
            "2 project_expenditure_share 20 percent",
        ]
    );
}

#[test]
fn a_fund_is_not_the_whole() {
    let text = "四、财政拨款收支决算总体情况说明\n2023年度财政拨款收入总计15万元，支出总计15万元。与上年相比，财政拨款收入总计增加3万元，增长25%。\n\
        五、一般公共预算财政拨款支出决算情况说明\n一般公共预算财政拨款支出12万元，占本年支出合计的80%。与上年相比，一般公共预算财政拨款支出减少3万元。\n\
        主要用于：教育支出（类）12.00万元，占100%。\n一般公共预算财政拨款支出年初预算为10万元，全年预算为13万元，支出决算为12万元，完成年初预算的120%。";
    assert_eq!(
        final_account(text),
        [
            "4 general_public_expenditure 120000 yuan",
            "4 general_public_change -30000 yuan",
            "5 function_expenditure[教育支出] 120000 yuan",
            "5 function_share[教育支出] 100 percent",
            "6 general_public_expenditure 120000 yuan",
        ]
    );
}

#[test]
fn three_public_and_agency_operating() {
    let text = "七、“三公”经费增减变动原因说明\n\
        2023年“三公”经费预算共5万元，较2022年减少2万元。其中：因公出国（境）费用未安排，与2022年相同，为0；公务接待费2万元，同比持平；公务用车运行维护费3万元，较上年下降 2 万元。\n\
        八、机关运行经费情况\n2023年机关运行经费预算数1万元（2022年机关运行经费预算数2万元），比2022年预算减少1万元，下降50%，减少原因主要是压减开支。";
    assert_eq!(
        budget(text),
        [
            "2 three_public_total 50000 yuan",
            "2 three_public_total_change -20000 yuan",
            "2 three_public_overseas 0 yuan",
            "2 three_public_reception 20000 yuan",
            "2 three_public_vehicle_operation 30000 yuan",
            "2 three_public_vehicle_operation_change -20000 yuan",
            "4 agency_operating 10000 yuan",
            "4 agency_operating 20000 yuan 2022",
            "4 agency_operating_change -10000 yuan",
            "4 agency_operating_change_percent -50 percent",
        ]
    );
    // What differs from the plan is no change since last year, and the plan beside the final account is no fact.
    assert_eq!(
        final_account(
            "七、三公经费说明\n“三公”经费支出预算为10元，支出决算为8元，完成预算的80%，比年初预算减少1元，下降20%，较上年度决算数增加2元。\n公务接待费支出决算3元，比全年预算数减少1元。"
        ),
        [
            "2 three_public_total 8 yuan",
            "2 three_public_total_change 2 yuan",
            "3 three_public_reception 3 yuan",
        ]
    );
}

#[test]
fn procurement_and_performance() {
    let text = "九、政府采购情况\n2023年某局政府采购金额（以合同签订为准）为3.5亿元，其中：货物采购金额3亿元、政府采购工程预算0元、服务采购金额0.5亿元。授予中小企业合同金额3亿元。\n\
        十、绩效管理情况\n实行绩效目标管理的项目7个，涉及一般公共预算当年拨款120.33万元。其中：其他运转类项目3个，涉及金额20万元。";
    assert_eq!(
        budget(text),
        [
            "2 procurement_total 350000000 yuan",
            "2 procurement_goods 300000000 yuan",
            "2 procurement_works 0 yuan",
            "2 procurement_services 50000000 yuan",
            "4 performance_projects 7 project",
            "4 performance_amount 1203300 yuan",
        ]
    );
}

#[test]
fn assets_and_staff() {
    let text = "二、机构设置情况\n行政编制10名，事业编制人员2人，实有在职人员９人，内设科室3个。\n第三部分 情况说明\n十一、国有资产占有使用情况\n1、车辆情况：\n\
        截至2022年12月31日，共有公务用车编制4辆，实有3辆，其中：副部（省）级及以上领导用车1辆、其他公务用车2辆；单价100万元（含）以上设备（不含车辆）0台（套）。\n\
        2023年安排购置车辆5辆，其中：应急保障用车5辆。\n2、房屋情况\n某局及下属单位办公用房面积为80.5平方米。其中局机关办公用房面积50平方米，某某中心30.5平方米。";
    assert_eq!(
        budget(text),
        [
            "2 staff_quota[行政编制] 10 person",
            "2 staff_quota[事业编制] 2 person",
            "2 staff_actual 9 person",
            "6 vehicles_quota 4 vehicle 2022",
            "6 vehicles_total 3 vehicle 2022",
            "6 vehicles_leadership[副部（省）级及以上领导用车] 1 vehicle 2022",
            "6 vehicles_other[其他公务用车] 2 vehicle 2022",
            "6 equipment_over_1m 0 set 2022",
            "9 office_area 80.5 square_metre",
            "9 office_area[局机关] 50 square_metre",
            "9 office_area[某某中心] 30.5 square_metre",
        ]
    );
}

#[test]
fn nothing_is_stated_outside_the_narrative() {
    for text in [
        "第四部分 名词解释\n一、支出预算情况说明\n支出预算10万元。",
        "第一部分 概况\n一、主要职责\n管理收入总计10万元的企业，支出总计9万元。",
        "三、支出预算情况说明\n支出预算与上年相同，无变化。",
        "十、绩效管理情况\n项目支出绩效自评表\n实行绩效管理的项目3个。",
        "十、绩效管理情况\n实行绩效管理的项目3个，联系电话：12345678。",
        "某年支出预算10万元。",
    ] {
        assert_eq!(budget(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_is_no_figure_is_noted() {
    let text = "八、机关运行经费说明\n机关运行经费支出9万元，比上年增加9万元，增长∞%；比上年下降-%，主要原因是增长∞%。\n机关运行经费99999999999999999999999亿元。";
    let (facts, rejects) = read(text, Stage::FinalAccount);
    assert_eq!(facts.len(), 2);
    let lines: Vec<Option<i32>> = rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [Some(2), Some(2), Some(3)]);
    assert!(rejects.iter().all(|reject| reject.code == RejectCode::BadFact));
}

#[test]
fn a_paragraph_wraps_over_lines_and_pages() {
    let text = "五、一般公共预算支出情况说明\n2023年度一般公共预算当年拨款10\n万元，主要用于以下方面：\n\n社会保障和就\n\n - 12 -\n业支出6万元，占60%；\n其他支出4万元。";
    assert_eq!(
        budget(text),
        [
            "2 general_public_expenditure 100000 yuan",
            "5 function_expenditure[社会保障和就业支出] 60000 yuan",
            "5 function_share[社会保障和就业支出] 60 percent",
            "9 function_expenditure[其他支出] 40000 yuan",
        ]
    );
}

proptest! {
    #[test]
    fn never_panics(pieces in proptest::collection::vec(prop_oneof![
        "\\PC{0,12}",
        "[0-9,.，。；：%％∞-]{0,12}",
        proptest::sample::select(vec![
            "三、支出预算情况说明\n", "十一、国有资产占有使用情况\n", "支出预算", "万元", "亿元", "辆", "增长", "减少", "为0", "占", "主要原因是",
            "。", "；", "\n", "其中", "办公用房面积", "平方米", "截至", "2022年", "1,", "100万元（含）以上设备", "△", "日-",
        ]).prop_map(str::to_owned),
    ], 0..60)) {
        read(&pieces.concat(), Stage::Budget);
        read(&format!("三、支出预算情况说明\n{}", pieces.concat()), Stage::FinalAccount);
    }
}
