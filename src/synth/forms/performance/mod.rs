//! 项目支出绩效目标申报表: the grid of one project, with all that makes real ones hard: a page break in its midst that cuts texts, labels
//! and rows, columns that shift behind it, labels printed once for several indicators, labels without any.

mod indicators;
pub mod self_evaluation;

use super::Draft;
use crate::codes::{Classification, Dimension, Form, Horizon, Item, Measure, RowKind, Side, Stage};
use crate::money::Yuan;
use crate::synth::disclosure::{Cell, Key, Printer, Row, Table, TruthItem};
use crate::synth::figures::{Project, Source};
use crate::synth::prng::Prng;
use crate::synth::records::{self, TruthRecord};
use crate::tables::Moment;
use indicators::{Choice, LEVELS, Level};

/// Columns of a form.
const WIDTH: usize = 8;

/// Where a page ends in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    Nowhere,
    /// In the midst of a text.
    Text,
    /// In the midst of the label of a funding row.
    Funding,
    /// In the midst of 总体目标 and its texts.
    Goals,
    /// Between two rows of indicators; the columns behind it stand one further to the left.
    Indicators,
    /// In the midst of the label of the last 二级指标.
    Label,
}

const BREAKS: [Break; 6] = [
    Break::Nowhere,
    Break::Text,
    Break::Funding,
    Break::Goals,
    Break::Indicators,
    Break::Label,
];

const DURATIONS: [(&str, &str, i64); 2] = [("一次性项目（1年结束）", "1年", 1), ("经常性项目（长期开展）", "4年", 4)];

/// The texts of the form's fields.
const TEXTS: [(&str, &str); 5] = [
    ("项目概况", "按照年度工作安排，为完成本项工作提供经费保障。"),
    ("立项依据", "根据本部门职责和《年度重点工作安排》设立。"),
    ("项目设立必要性", "保障业务正常开展，提升公共服务水平。"),
    ("保证项目实施的制度、措施", "严格执行财务制度，专款专用，按进度支付。"),
    ("项目实施计划", "2月底前完成方案，11月底前完成实施，12月组织验收。"),
];
const GOALS: [&str; 2] = ["按计划完成各年度工作任务，形成稳定的服务能力。", "按计划完成本年度工作任务。"];

/// The form of one project.
pub fn table(draft: &Draft<'_>, project: &Project, prng: &mut Prng) -> Table {
    let identity = draft.identity;
    let prefix = if project.source == Source::General { "J" } else { "Z" };
    let name = format!("{prefix}{}", project.name);
    let (attribute, duration, years) = *prng.pick(&DURATIONS);
    let page_end = *prng.pick(&BREAKS);
    let mut truth = project_record(draft, &name);
    truth.attribute = Some(attribute.to_owned());
    truth.duration_text = Some(duration.to_owned());
    let texts_of_form = [
        &mut truth.overview,
        &mut truth.basis,
        &mut truth.necessity,
        &mut truth.safeguards,
        &mut truth.plan,
        &mut truth.implementation_goal,
        &mut truth.annual_goal,
    ];
    for (field, text) in texts_of_form.into_iter().zip(TEXTS.iter().map(|(_, text)| *text).chain(GOALS)) {
        *field = Some(text.to_owned());
    }
    let competent = format!("{}-{}[部门]", identity.department_code, identity.department);
    let mut rows: Vec<Row> = vec![
        line(&[(0, "项目名称"), (2, &name)]),
        line(&[(0, "主管部门及代码"), (2, &competent), (4, "实施单位"), (5, &identity.unit)]),
        line(&[(0, "项目属性"), (2, attribute), (4, "项目期"), (5, duration)]),
    ];
    rows.extend(funding(project.yuan, years, &name, page_end));
    rows.extend(texts(page_end));
    rows.extend(goals(page_end));
    rows.push(cells([
        "绩效指标",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标值",
        "二级指标",
        "三级指标",
        "指标值",
    ]));
    rows.extend(indicator_rows(&name, page_end, prng));
    let day = prng.range(10, 28);
    let year = identity.year - 1;
    truth.filled_at = moment(year, day);
    // White space from a narrow cell stands in the midst of the digits.
    let filled_at = format!("{year}12{day} 093015");
    rows.push(line(&[
        (0, "负责人："),
        (2, "经办人："),
        (4, "联系电话："),
        (6, "填报日期："),
        (7, &filled_at),
    ]));
    if let Some(first) = rows.first_mut().and_then(|row| row.first_mut()) {
        first.record = Some(TruthRecord::Project(Box::new(truth)));
    }
    let mut table = Table::new(
        Form::PerformanceTarget,
        format!("{}市级预算部门（单位）项目支出绩效目标申报表", identity.city),
    );
    table.body = Some(format!("({}年度)", identity.year));
    table.rows = rows;
    table
}

/// What the head of a form says of its project.
fn project_record(draft: &Draft<'_>, name: &str) -> crate::tables::Project {
    let identity = draft.identity;
    let form = match identity.stage {
        Stage::Budget => Form::PerformanceTarget,
        Stage::FinalAccount => Form::PerformanceSelfEvaluation,
    };
    let mut truth = records::project(form, identity.stage, name);
    truth.competent_department_code = Some(identity.department_code.clone());
    truth.competent_department = Some(identity.department.clone());
    truth.implementing_unit = Some(identity.unit.clone());
    truth
}

/// Half past nine and fifteen seconds of a day in December.
fn moment(year: i32, day: i64) -> Option<Moment> {
    let date = chrono::NaiveDate::from_ymd_opt(year, 12, u32::try_from(day).ok()?)?;
    Some(Moment(date.and_hms_opt(9, 30, 15)?.and_utc().timestamp()))
}

/// Total and parts of both periods.
fn funding(annual: i64, years: i64, project: &str, page_end: Break) -> Vec<Row> {
    let whole = annual * years;
    let lines = [
        ("实施期资金总额：", "年度资金总额：", Item::FundingTotal, Some((whole, annual))),
        ("其中：中央财政资金", "其中：中央财政资金", Item::Central, Some((0, 0))),
        ("省级财政资金", "省级财政资金", Item::Provincial, Some((0, 0))),
        ("市县（区）财政资金", "市县（区）财政资金", Item::Municipal, Some((whole, annual))),
        ("单位自筹", "单位自筹", Item::SelfRaised, Some((0, 0))),
        ("其他资金", "其他资金", Item::Other, None),
    ];
    let mut rows = Vec::new();
    for (left, right, item, amounts) in lines {
        let mut row = line(&[(2, left), (4, right)]);
        if item == Item::FundingTotal {
            row[0] = Cell::text("项目资金（元）");
        }
        if let Some((whole, annual)) = amounts {
            row[3] = amount(left, item, Measure::ImplementationPeriod, project, whole);
            row[5] = amount(right, item, Measure::Annual, project, annual);
        }
        let cut = page_end == Break::Funding && item == Item::Provincial;
        if cut {
            row[2].text = "省级财政资".to_owned();
            row[4].text = "省级财政资".to_owned();
        }
        rows.push(row);
        if cut {
            rows.push(Row::new());
            rows.push(line(&[(2, "金"), (4, "金")]));
        }
    }
    rows
}

/// An amount of the funding block: whole yuan, grouped.
fn amount(label: &str, item: Item, measure: Measure, project: &str, yuan: i64) -> Cell {
    let name = label.trim_start_matches("其中：").trim_end_matches('：');
    let mut key = Key::new(Form::PerformanceTarget, Side::Expenditure, Classification::FundingSource, name).item(item);
    key.project_name = Some(project.to_owned());
    if item == Item::FundingTotal {
        key.row_kind = RowKind::Total;
    }
    let printer = Printer {
        unit: crate::money::MoneyUnit::YUAN,
        grouped: true,
    };
    let text = printer.text(yuan).trim_end_matches(".00").to_owned();
    Cell {
        truth: Some(TruthItem {
            key,
            measure,
            amount: Yuan::from_cents(i128::from(yuan) * 100).unwrap_or_default(),
            amount_text: text.clone(),
            unit: crate::money::MoneyUnit::YUAN,
            line: 0,
        }),
        ..Cell::text(text)
    }
}

fn texts(page_end: Break) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, (label, text)) in TEXTS.into_iter().enumerate() {
        if page_end == Break::Text && index == 1 {
            let (before, after) = halves(text);
            rows.extend([line(&[(0, label), (2, before)]), Row::new(), line(&[(2, after)])]);
        } else {
            rows.push(line(&[(0, label), (2, text)]));
        }
    }
    rows
}

fn goals(page_end: Break) -> Vec<Row> {
    let [whole, annual] = GOALS;
    let heading = line(&[(0, "实施期目标"), (4, "年度目标")]);
    if page_end != Break::Goals {
        return vec![heading, line(&[(0, "总体目标"), (1, whole), (4, annual)])];
    }
    let ((whole_before, whole_after), (annual_before, annual_after)) = (halves(whole), halves(annual));
    vec![
        heading,
        line(&[(0, "总体"), (1, whole_before), (4, annual_before)]),
        Row::new(),
        line(&[(0, "目标"), (1, whole_after), (4, annual_after)]),
    ]
}

/// The rows of all 二级指标: labels stand on their first row only.
fn indicator_rows(project: &str, page_end: Break, prng: &mut Prng) -> Vec<Row> {
    let break_before = prng.range(1, 7);
    let mut rows = Vec::new();
    let mut shifted = false;
    let mut dimension_text = "";
    for (index, level) in (0..).zip(&LEVELS) {
        if page_end == Break::Indicators && index == break_before {
            rows.push(Row::new());
            shifted = true;
        }
        if !level.dimension_label.is_empty() {
            dimension_text = level.dimension_label;
        }
        let count = if prng.chance(level.empty) {
            0
        } else if level.choices.len() > 1 && prng.chance(25) {
            2
        } else {
            1
        };
        let cut = page_end == Break::Label && index + 1 == 9;
        let first = prng.below(level.choices.len());
        // The year's target may be another one; names stay in their order.
        let annual = if prng.chance(30) { prng.below(level.choices.len()) } else { first };
        for place in 0..count.max(1) {
            let labels = if place > 0 {
                ["", ""]
            } else {
                [level.dimension_label, level.label]
            };
            let mut row = line(&[(1, labels[0]), (2, labels[1]), (5, labels[1])]);
            if count > place {
                let drawn = |start: usize| &level.choices[(start + place) % level.choices.len()];
                let make = |choice, horizon| record(project, level, choice, horizon, dimension_text);
                put(&mut row, 3, drawn(first), make(drawn(first), Horizon::ImplementationPeriod));
                put(&mut row, 6, drawn(annual), make(drawn(annual), Horizon::Annual));
            }
            if cut && place == 0 {
                row[2].text = "服务对象满".to_owned();
                row[5].text = "服务对象满".to_owned();
            }
            if shifted {
                row.remove(0);
                row.push(Cell::blank());
            }
            rows.push(row);
            if cut && place == 0 {
                rows.extend([Row::new(), line(&[(2, "意 度 指 标"), (5, "意 度 指 标")])]);
            }
        }
    }
    rows
}

/// Writes name and target of an indicator into two cells.
fn put(row: &mut Row, column: usize, choice: &Choice, record: TruthRecord) {
    row[column] = Cell::text(choice.name);
    row[column].record = Some(record);
    row[column + 1] = Cell::text(choice.target);
}

fn record(project: &str, level: &Level, choice: &Choice, horizon: Horizon, dimension_text: &str) -> TruthRecord {
    let mut truth = indicator_record(Stage::Budget, project, level, choice, dimension_text);
    truth.horizon = Some(horizon);
    TruthRecord::Indicator(Box::new(truth))
}

/// What a perfect reading makes of an indicator and its target.
fn indicator_record(stage: Stage, project: &str, level: &Level, choice: &Choice, dimension_text: &str) -> crate::tables::Indicator {
    let mut truth = records::indicator(stage, project, choice.name);
    truth.dimension = Some(match dimension_text {
        "产出指标" => Dimension::Output,
        "效益指标" => Dimension::Benefit,
        _ => Dimension::Satisfaction,
    });
    truth.category = Some(level.category);
    truth.dimension_text = Some(dimension_text.to_owned());
    truth.category_text = Some(level.label.to_owned());
    truth.target_text = Some(choice.target.to_owned());
    truth.operator = choice.operator;
    truth.target_value = choice.value.and_then(records::fixed);
    truth.target_unit = choice.unit.map(str::to_owned);
    truth.is_quantitative = choice.value.is_some();
    truth
}

/// A row of texts.
fn cells(texts: [&str; WIDTH]) -> Row {
    texts.map(Cell::text).into()
}

/// A row with texts at their places.
fn line(texts: &[(usize, &str)]) -> Row {
    let mut row = vec![Cell::blank(); WIDTH];
    for (place, text) in texts {
        row[*place] = Cell::text(*text);
    }
    row
}

/// A text cut in its middle.
fn halves(text: &str) -> (&str, &str) {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(text.len(), |(at, _)| at);
    text.split_at(middle)
}
