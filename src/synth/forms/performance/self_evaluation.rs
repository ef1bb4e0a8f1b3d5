//! 项目支出绩效自评表: the grid of one project of a final account, with what was planned, reached and spent.

use super::indicators::{Choice, LEVELS};
use super::{halves, indicator_record, project_record};
use crate::codes::{Classification, Form, Item, Measure, RowKind, Side, Stage};
use crate::money::{MoneyUnit, Yuan};
use crate::synth::disclosure::{Cell, Key, Printer, Row, Table, TruthItem};
use crate::synth::figures::Project;
use crate::synth::forms::Draft;
use crate::synth::prng::Prng;
use crate::synth::records::{TruthRecord, fixed};

/// Columns of a form.
const WIDTH: usize = 10;
const GOAL: &str = "按计划完成本年度工作任务。";
const DONE: &str = "各项任务按计划完成，资金按进度支付，达到预期目标。";
const ANALYSIS: [(&str, &str); 4] = [
    ("项目实施和预算执行情况及分析", "项目按计划实施，预算执行总体良好。"),
    ("产出情况及分析", "产出指标基本完成。"),
    ("效益情况及分析", "服务能力有所提升。"),
    ("满意度情况及分析", "服务对象总体满意。"),
];
const CLOSING: [(&str, &str); 3] = [
    ("主要经验做法", "建立台账，按月调度。"),
    ("项目管理中存在的主要问题及原因分析", "部分资料归档不够及时。"),
    ("下一步改进措施及管理建议", "加强过程管理，及时整理归档。"),
];
const REASON: &str = "部分任务调整，将加快推进。";

/// The form of one project; `project` is what it was planned to cost.
pub fn table(draft: &Draft<'_>, project: &Project, prng: &mut Prng) -> Table {
    let identity = draft.identity;
    let name = format!("J{}", project.name);
    let mut truth = project_record(draft, &name);
    let competent = format!("{}-{}[部门]", identity.department_code, identity.department);
    let unit = format!("{0}001-{1}", identity.department_code, identity.unit);
    let mut rows = vec![
        line(&[(0, "项目名称"), (3, &name)]),
        line(&[(0, "主管部门及代码"), (3, &competent), (6, "预算单位"), (8, &unit)]),
        line(&[(0, "项目负责人"), (6, "联系电话")]),
    ];
    let (funding, points) = funding(project, &name, &mut truth, prng);
    rows.extend(funding);
    rows.push(line(&[(0, "项目年度绩效目标"), (1, "年度目标"), (5, "实际完成情况")]));
    rows.push(line(&[(1, GOAL), (5, DONE)]));
    truth.annual_goal = Some(GOAL.to_owned());
    truth.completion = Some(DONE.to_owned());
    rows.push(line(&[
        (0, "绩效指标"),
        (1, "一级指标"),
        (2, "二级指标"),
        (3, "三级指标"),
        (4, "年初指标值"),
        (5, "调整后指标值"),
        (6, "实际完成值"),
        (7, "分值"),
        (8, "得分"),
        (9, "偏差原因分析及改进措施"),
    ]));
    let lost = indicator_rows(&mut rows, &name, prng);
    let total = hundredths((POINTS - lost) * 100 + points);
    truth.total_score = fixed(&total);
    truth.grade = Some(if lost > 9 { "良" } else { "优" }.to_owned());
    rows.push(line(&[
        (0, "总 分"),
        (7, "100"),
        (8, &total),
        (9, truth.grade.as_deref().unwrap_or_default()),
    ]));
    for (index, (label, text)) in ANALYSIS.into_iter().enumerate() {
        let heading = if index == 0 { "项目绩效分析" } else { "" };
        rows.push(line(&[(0, heading), (1, label), (3, text)]));
    }
    rows.extend(CLOSING.map(|(label, text)| line(&[(0, label), (3, text)])));
    let texts = [
        &mut truth.analysis_execution,
        &mut truth.analysis_output,
        &mut truth.analysis_benefit,
        &mut truth.analysis_satisfaction,
        &mut truth.experience,
        &mut truth.problems,
        &mut truth.improvements,
    ];
    for (field, (_, text)) in texts.into_iter().zip(ANALYSIS.into_iter().chain(CLOSING)) {
        *field = Some(text.to_owned());
    }
    if let Some(first) = rows.first_mut().and_then(|row| row.first_mut()) {
        first.record = Some(TruthRecord::Project(Box::new(truth)));
    }
    let mut table = Table::new(Form::PerformanceSelfEvaluation, format!("{name}项目支出绩效自评表"));
    table.body = Some(format!("（{}年度）", identity.year));
    table.rows = rows;
    table
}

/// Plan, execution and rest, the total and its one part; the points for the execution in hundredths.
fn funding(project: &Project, name: &str, truth: &mut crate::tables::Project, prng: &mut Prng) -> (Vec<Row>, i64) {
    let planned = project.yuan / 100 * 100;
    let executed = planned / 10_000 * prng.range(78, 100) * 100;
    // In hundredths of a percent, and its tenth as points.
    let rate = (executed * 20_000 / planned.max(1) + 1) / 2;
    let points = (rate + 5) / 10;
    let (rate, points_text) = (hundredths(rate), hundredths(points));
    truth.execution_rate = fixed(&rate);
    let columns = [
        (Measure::TargetDeclared, planned),
        (Measure::BudgetAllocated, planned),
        (Measure::AnnualBudget, planned),
        (Measure::Executed, executed),
        (Measure::Balance, planned - executed),
    ];
    let mut rows = vec![
        line(&[
            (0, "项目资金预算安排及执行进度（万元）"),
            (3, "年初预算数"),
            (5, "全年预算数"),
            (6, "全年执行数"),
            (7, "资金结（转）余"),
            (8, "执行率"),
            (9, "得分"),
        ]),
        line(&[(3, "目标申报数"), (4, "预算编制数")]),
    ];
    for (label, item) in [("资金总额：", Item::FundingTotal), ("市县区财政资金", Item::Municipal)] {
        let mut row = line(&[(1, label), (8, &rate), (9, &points_text)]);
        for (index, (measure, yuan)) in columns.into_iter().enumerate() {
            row[3 + index] = amount(label, item, measure, name, yuan);
        }
        rows.push(row);
    }
    rows.push(line(&[(1, "其他资金")]));
    (rows, points)
}

/// `98.51` of 9,851.
fn hundredths(number: i64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// An amount of the funding block in 万元.
fn amount(label: &str, item: Item, measure: Measure, project: &str, yuan: i64) -> Cell {
    let mut key = Key::new(
        Form::PerformanceSelfEvaluation,
        Side::Expenditure,
        Classification::FundingSource,
        label.trim_end_matches('：'),
    )
    .item(item);
    key.project_name = Some(project.to_owned());
    if item == Item::FundingTotal {
        key.row_kind = RowKind::Total;
    }
    let printer = Printer {
        unit: MoneyUnit::WAN,
        grouped: false,
    };
    let text = printer.text(yuan);
    Cell {
        truth: Some(TruthItem {
            key,
            measure,
            amount: Yuan::from_cents(i128::from(yuan) * 100).unwrap_or_default(),
            amount_text: text.clone(),
            unit: MoneyUnit::WAN,
            line: 0,
        }),
        ..Cell::text(text)
    }
}

/// Points for the indicators; ten more are for the execution of the budget.
const POINTS: i64 = 90;

/// The rows of all 二级指标; the points that were lost.
fn indicator_rows(rows: &mut Vec<Row>, project: &str, prng: &mut Prng) -> i64 {
    let mut dimension_text = "";
    // The rows of indicators, and the points that each lost.
    let mut printed: Vec<(usize, i64)> = Vec::new();
    for level in &LEVELS {
        if !level.dimension_label.is_empty() {
            dimension_text = level.dimension_label;
        }
        let count = match (prng.chance(level.empty / 2), level.choices.len()) {
            (true, _) => 0,
            (_, choices) if choices > 1 && prng.chance(40) => 2,
            _ => 1,
        };
        let first = prng.below(level.choices.len());
        for place in 0..count.max(1) {
            let labels = if place == 0 {
                [level.dimension_label, level.label]
            } else {
                ["", ""]
            };
            let mut row = line(&[(1, labels[0]), (2, labels[1])]);
            if count == place {
                rows.push(row);
                continue;
            }
            let choice: &Choice = &level.choices[(first + place) % level.choices.len()];
            let missed = if prng.chance(12) { 2 } else { 0 };
            let mut truth = indicator_record(Stage::FinalAccount, project, level, choice, dimension_text);
            for (cell, text) in row
                .iter_mut()
                .skip(3)
                .zip([choice.name, choice.target, choice.target, choice.target])
            {
                *cell = Cell::text(text);
            }
            truth.adjusted_text = Some(choice.target.to_owned());
            truth.actual_text = Some(choice.target.to_owned());
            (truth.actual_operator, truth.actual_value) = (truth.operator, truth.target_value);
            truth.actual_unit.clone_from(&truth.target_unit);
            truth.deviation_reason = (missed > 0).then(|| REASON.to_owned());
            row[3].record = Some(TruthRecord::Indicator(Box::new(truth)));
            printed.push((rows.len(), missed));
            let wrapped = missed > 0 && prng.chance(50);
            let (before, after) = if wrapped { halves(REASON) } else { (REASON, "") };
            if missed > 0 {
                row[9] = Cell::text(before);
            }
            rows.push(row);
            if wrapped {
                rows.push(line(&[(9, after)]));
            }
        }
    }
    share_points(rows, &printed);
    printed.iter().map(|(_, missed)| missed).sum()
}

/// Gives each indicator its 分值 and 得分.
fn share_points(rows: &mut [Row], printed: &[(usize, i64)]) {
    let count = i64::try_from(printed.len()).unwrap_or(1).max(1);
    for (number, (at, missed)) in (0..).zip(printed) {
        let weight = POINTS / count + i64::from(number < POINTS % count);
        let (weight_text, score_text) = (weight.to_string(), (weight - missed).to_string());
        let row = &mut rows[*at];
        if let Some(TruthRecord::Indicator(truth)) = &mut row[3].record {
            (truth.weight, truth.score) = (fixed(&weight_text), fixed(&score_text));
        }
        (row[7], row[8]) = (Cell::text(weight_text), Cell::text(score_text));
    }
}

/// A row with texts at their places.
fn line(texts: &[(usize, &str)]) -> Row {
    let mut row = vec![Cell::blank(); WIDTH];
    for (place, text) in texts {
        row[*place] = Cell::text(*text);
    }
    row
}
