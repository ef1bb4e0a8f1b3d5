//! Budget forms under the national names (部门收支总表) and as 收支总体情况表, in 万元.

use super::{Codes, Draft, Functional, SOURCES, appropriation, class_lines, fiscal, side_by_side, source_key, summary_line};
use crate::codes::{Classification, Form, Item, Measure, Side};
use crate::synth::disclosure::{ABOVE, Cell, Key, Row, Table, Wording};
use crate::synth::economic;
use crate::synth::figures::{Source, Split};

/// Form, national title, title of the overview.
const TITLES: [(Form, &str, &str); 9] = [
    (Form::Summary, "部门收支总表", "部门（单位）收支总体情况表"),
    (Form::Revenue, "部门收入总表", "收入总体情况表"),
    (Form::Expenditure, "部门支出总表", "支出总体情况表"),
    (Form::AppropriationSummary, "财政拨款收支总表", "财政拨款收支总体情况表"),
    (Form::GeneralPublicExpenditure, "一般公共预算支出表", "一般公共预算支出情况表"),
    (Form::BasicExpenditure, "一般公共预算基本支出表", "一般公共预算基本支出情况表"),
    (
        Form::ThreePublic,
        "一般公共预算“三公”经费支出表",
        "一般公共预算“三公”经费、会议费、培训费支出情况表",
    ),
    (Form::GovernmentFundExpenditure, "政府性基金预算支出表", "政府性基金预算支出情况表"),
    (Form::ProjectExpenditure, "项目支出表", "项目支出预算表"),
];

/// The nine forms.
pub fn tables(draft: &Draft<'_>, wording: Wording) -> Vec<Table> {
    let overview = wording == Wording::Overview;
    let mut tables = Vec::with_capacity(TITLES.len());
    for (index, (form, national, title)) in TITLES.into_iter().enumerate() {
        let mut table = Table::new(form, if overview { title } else { national });
        table.number = Some(if overview {
            format!("公开{:02}表", index + 1)
        } else {
            format!("预算{:02}表", index + 1)
        });
        let word = if overview { "单位名称" } else { "部门" };
        table.body = Some(format!("{word}：{}", draft.identity.unit));
        table.unit = Some(if overview { "金额单位：万元" } else { "单位：万元" }.to_owned());
        let mut table = fill(draft, table);
        if table.is_empty() {
            table
                .notes
                .push(format!("注：本{}无此项预算，故本表无数据。", draft.identity.scope_word()));
        }
        tables.push(table);
    }
    tables
}

fn fill(draft: &Draft<'_>, table: Table) -> Table {
    match table.form {
        Form::Summary => summary(draft, table),
        Form::Revenue => revenue(draft, table),
        Form::Expenditure => expenditure(draft, table, &Source::ALL),
        Form::AppropriationSummary => appropriation_summary(draft, table),
        Form::GeneralPublicExpenditure => expenditure(draft, table, &[Source::General]),
        Form::GovernmentFundExpenditure => expenditure(draft, table, &[Source::Fund]),
        Form::BasicExpenditure => basic(draft, table),
        Form::ThreePublic => three_public(draft, table),
        _ => projects(draft, table),
    }
}

const SOURCE_LINES: [(&str, &str, usize); 4] = [
    ("一、一般公共预算拨款收入", "一般公共预算拨款收入", 0),
    ("二、政府性基金预算拨款收入", "政府性基金预算拨款收入", 1),
    ("三、财政专户管理资金收入", "财政专户管理资金收入", 2),
    ("四、单位资金收入", "单位资金收入", 3),
];

fn pair(draft: &Draft<'_>, form: Form, left: (&str, Item), right: (&str, Item), amounts: &[(Measure, i64)]) -> Row {
    let total = amounts.first().map_or(0, |(_, yuan)| *yuan);
    let mut row = summary_line(
        draft,
        left.0,
        &Key::total(form, Side::Revenue, left.0, left.1),
        &[(Measure::Amount, total)],
    );
    row.extend(summary_line(
        draft,
        right.0,
        &Key::total(form, Side::Expenditure, right.0, right.1),
        amounts,
    ));
    row
}

fn summary(draft: &Draft<'_>, table: Table) -> Table {
    let form = table.form;
    let left = SOURCE_LINES.map(|(label, name, index)| {
        let (source, _, item) = SOURCES[index];
        summary_line(
            draft,
            label,
            &source_key(form, name, item),
            &[(Measure::Amount, draft.figures.sum(|leaf| leaf.received(source)))],
        )
    });
    let right = class_lines(draft, form, &[], false, |class| {
        vec![(
            Measure::Amount,
            draft.figures.class_sum(class, |leaf| leaf.basic() + leaf.project()),
        )]
    });
    let total = [(Measure::Amount, draft.figures.sum(|leaf| leaf.basic() + leaf.project()))];
    let mut table = table.header("收入||支出|").header("项目|预算数|项目|预算数");
    table.rows = side_by_side(left.into(), right, 2, 2);
    table.rows.push(pair(
        draft,
        form,
        ("本年收入合计", Item::CurrentRevenueTotal),
        ("本年支出合计", Item::CurrentExpenditureTotal),
        &total,
    ));
    table.rows.push(vec![
        Cell::text("上年结转结余"),
        Cell::blank(),
        Cell::text("年终结转结余"),
        Cell::blank(),
    ]);
    table.rows.push(pair(
        draft,
        form,
        ("收入总计", Item::RevenueTotal),
        ("支出总计", Item::ExpenditureTotal),
        &total,
    ));
    table
}

fn functional(form: Form, side: Side) -> Functional {
    Functional {
        form,
        side,
        codes: Codes::Joined,
        total_first: true,
    }
}

fn revenue(draft: &Draft<'_>, table: Table) -> Table {
    let measures = [
        Measure::Total,
        Measure::GeneralPublicBudget,
        Measure::GovernmentFund,
        Measure::FiscalSpecialAccount,
        Measure::UnitFunds,
    ];
    let mut table = table.header("科目编码|科目名称|合计|本年收入|||").header(&format!(
        "{ABOVE}|{ABOVE}|{ABOVE}|一般公共预算|政府性基金预算|财政专户管理资金|单位资金"
    ));
    table.rows = functional(table.form, Side::Revenue).rows(draft, measures, |leaf| {
        let [general, fund, special, unit] = Source::ALL.map(|source| leaf.received(source));
        [general + fund + special + unit, general, fund, special, unit]
    });
    table
}

fn expenditure(draft: &Draft<'_>, table: Table, sources: &[Source]) -> Table {
    let mut table = table.header("科目编码|科目名称|合计|基本支出|项目支出");
    let measures = [Measure::Total, Measure::Basic, Measure::Project];
    table.rows = functional(table.form, Side::Expenditure).rows(draft, measures, |leaf| {
        let splits: Vec<Split> = sources.iter().map(|source| leaf.spending[*source as usize]).collect();
        let basic: i64 = splits.iter().map(|split| split.basic).sum();
        let project: i64 = splits.iter().map(|split| split.project).sum();
        [basic + project, basic, project]
    });
    table
}

fn appropriation_summary(draft: &Draft<'_>, table: Table) -> Table {
    let form = table.form;
    let general = draft.figures.sum(|leaf| leaf.spent(Source::General));
    let fund = draft.figures.sum(|leaf| leaf.spent(Source::Fund));
    let lines = [
        (
            "一、本年收入",
            Key::total(form, Side::Revenue, "本年收入", Item::CurrentRevenueTotal),
            general + fund,
        ),
        (
            "（一）一般公共预算拨款",
            source_key(form, "一般公共预算拨款", Item::GeneralPublicBudget),
            general,
        ),
        (
            "（二）政府性基金预算拨款",
            source_key(form, "政府性基金预算拨款", Item::GovernmentFund),
            fund,
        ),
        (
            "（三）国有资本经营预算拨款",
            source_key(form, "国有资本经营预算拨款", Item::StateCapital),
            0,
        ),
    ];
    let mut left: Vec<Row> = lines
        .iter()
        .map(|(label, key, yuan)| summary_line(draft, label, key, &[(Measure::Amount, *yuan)]))
        .collect();
    left.push(vec![Cell::text("二、上年结转"), Cell::blank()]);
    let right = class_lines(draft, form, &[], false, |class| appropriation(draft, class));
    let mut table = table
        .header("收入||支出||||")
        .header("项目|预算数|项目|合计|一般公共预算|政府性基金预算|国有资本经营预算");
    table.rows = side_by_side(left, right, 2, 5);
    table.rows.push(pair(
        draft,
        form,
        ("收入总计", Item::RevenueTotal),
        ("支出总计", Item::ExpenditureTotal),
        &fiscal(general, fund),
    ));
    table
}

fn basic(draft: &Draft<'_>, table: Table) -> Table {
    let form = table.form;
    let split = |code: &str, yuan: i64| if economic::is_personnel(code) { (yuan, 0) } else { (0, yuan) };
    let amounts = |personnel: i64, operating: i64| {
        [
            (Measure::Total, personnel + operating),
            (Measure::Personnel, personnel),
            (Measure::Operating, operating),
        ]
    };
    let total = Key::total(form, Side::Expenditure, "合计", Item::Total);
    let mut row = vec![Cell::text("合计"), Cell::covered()];
    row.extend(
        draft
            .printer
            .cells(&total, &amounts(draft.figures.personnel(), draft.figures.operating())),
    );
    let mut table = table
        .header("部门预算支出经济分类科目||本年一般公共预算基本支出||")
        .header("科目编码|科目名称|合计|人员经费|公用经费");
    table.rows.push(row);
    for class in ["301", "302", "303", "310"] {
        let leaves = draft.figures.economic.iter().filter(|leaf| leaf.code.starts_with(class));
        let lines = std::iter::once((class, draft.figures.economic_sum(class))).chain(leaves.map(|leaf| (leaf.code, leaf.yuan)));
        for (code, yuan) in lines.filter(|(_, yuan)| *yuan != 0) {
            let name = economic::name(code);
            let key = Key::new(form, Side::Expenditure, Classification::EconomicDepartment, name).code(code);
            let (personnel, operating) = split(code, yuan);
            let mut row = vec![Cell::text(code), Cell::text(name)];
            row.extend(draft.printer.cells(&key, &amounts(personnel, operating)));
            table.rows.push(row);
        }
    }
    table
}

fn three_public(draft: &Draft<'_>, table: Table) -> Table {
    let figures = draft.figures.three_public;
    let columns = [
        ("“三公”经费合计", Item::ThreePublicTotal, figures.total()),
        ("因公出国（境）费", Item::Overseas, figures.overseas),
        ("公务用车购置及运行费", Item::Vehicle, figures.vehicles()),
        ("公务用车购置费", Item::VehiclePurchase, figures.purchase),
        ("公务用车运行费", Item::VehicleOperation, figures.operation),
        ("公务接待费", Item::Reception, figures.reception),
    ];
    let mut table = table
        .header("“三公”经费合计|因公出国（境）费|公务用车购置及运行费|||公务接待费")
        .header(&format!("{ABOVE}|{ABOVE}|小计|公务用车购置费|公务用车运行费|{ABOVE}"));
    table
        .rows
        .push(super::three_public_row(draft, table.form, &columns, Measure::Amount));
    table
}

fn projects(draft: &Draft<'_>, table: Table) -> Table {
    let form = table.form;
    let mut table = table.header("项目名称|合计|一般公共预算|政府性基金预算|财政专户管理资金|单位资金");
    for project in &draft.figures.projects {
        let mut key = Key::new(form, Side::Expenditure, Classification::Project, &project.name);
        key.project_name = Some(project.name.clone());
        let sources = SOURCES.map(|(source, measure, _)| (measure, if source == project.source { project.yuan } else { 0 }));
        let amounts: Vec<_> = std::iter::once((Measure::Total, project.yuan)).chain(sources).collect();
        table.rows.push(summary_line(draft, &project.name, &key, &amounts));
    }
    table
}
