//! The thirteen budget forms as departments in Shanxi print them, in 万元.

use super::{Codes, Draft, Functional, SOURCES, appropriation, class_lines, fiscal, side_by_side, source_key, summary_line};
use crate::codes::{Classification, Form, Item, Measure, RowKind, Side};
use crate::synth::disclosure::{ABOVE, Cell, Key, Row, Table};
use crate::synth::economic;
use crate::synth::figures::Source;
use crate::synth::vocabulary::LAND_REVENUE;

const NO_DATA: &str = "注：本表无数据";

/// The thirteen forms.
pub fn tables(draft: &Draft<'_>) -> Vec<Table> {
    let mut tables = vec![
        summary(draft),
        revenue(draft),
        expenditure(draft),
        appropriation_summary(draft),
        general_public(draft),
        basic(draft),
        fund_revenue(draft),
        fund_expenditure(draft),
        state_capital(draft),
        three_public(draft),
        agency(draft),
        projects(draft),
        carryover(draft),
    ];
    for (index, table) in tables.iter_mut().enumerate() {
        if matches!(index, 0 | 6 | 9) {
            table.number = Some(format!("预算公开表{}", index + 1));
        }
        let mark = if draft.identity.scope_word() == "部门" { "[部门]" } else { "" };
        table.body = Some(format!("{}名称：{}{mark}", draft.identity.scope_word(), draft.identity.unit));
        table.unit = Some("单位：万元".to_owned());
        if table.is_empty() {
            table.notes.push(NO_DATA.to_owned());
        }
    }
    tables
}

fn titled(draft: &Draft<'_>, form: Form, title: &str) -> Table {
    Table::new(form, format!("{}年{title}", draft.identity.year))
}

fn summary(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::Summary;
    let year = draft.identity.year;
    let total = draft.figures.sum(|leaf| leaf.basic() + leaf.project());
    let amounts = |yuan| {
        vec![
            (Measure::Total, yuan),
            (Measure::CurrentYear, yuan),
            (Measure::PriorYearCarryover, 0),
        ]
    };
    let labels = [
        "一、一般公共预算",
        "二、政府性基金预算",
        "三、国有资本经营预算",
        "四、财政专户管理资金",
        "五、单位资金",
    ];
    let sources = [Some(0), Some(1), None, Some(2), Some(3)];
    let left = labels.iter().zip(sources).map(|(label, source)| match source {
        Some(index) => {
            let (source, _, item) = SOURCES[index];
            let key = source_key(FORM, label.trim_start_matches(|c| c != '、').trim_start_matches('、'), item);
            summary_line(
                draft,
                label,
                &key,
                &[(Measure::Amount, draft.figures.sum(|leaf| leaf.received(source)))],
            )
        }
        None => vec![Cell::text(*label), Cell::blank()],
    });
    let right = class_lines(draft, FORM, &[], false, |class| {
        amounts(draft.figures.class_sum(class, |leaf| leaf.basic() + leaf.project()))
    });
    let mut rows = side_by_side(left.collect(), right, 2, 4);
    rows.push(closing_row(
        draft,
        FORM,
        ("本年收入合计", Item::CurrentRevenueTotal),
        ("本年支出合计", Item::CurrentExpenditureTotal),
        &amounts(total),
    ));
    let mut carried = vec![Cell::text("上年结转"), Cell::blank(), Cell::text("年终结转")];
    carried.resize(6, Cell::blank());
    rows.push(carried);
    rows.push(closing_row(
        draft,
        FORM,
        ("收入总计", Item::RevenueTotal),
        ("支出总计", Item::ExpenditureTotal),
        &amounts(total),
    ));
    let mut table = titled(draft, FORM, "预算收支总表")
        .header("收入||支出|||")
        .header(&format!("项目|{year}年|项目|{year}年合计|当年预算安排|上年结转安排"));
    table.rows = rows;
    table
}

/// A row that closes both sides of a summary form; the left amount is the right side's first.
fn closing_row(draft: &Draft<'_>, form: Form, left: (&str, Item), right: (&str, Item), amounts: &[(Measure, i64)]) -> Row {
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

fn revenue(draft: &Draft<'_>) -> Table {
    let functional = Functional {
        form: Form::Revenue,
        side: Side::Revenue,
        codes: Codes::Joined,
        total_first: true,
    };
    let measures = [
        Measure::Total,
        Measure::GeneralPublicBudget,
        Measure::GovernmentFund,
        Measure::StateCapital,
        Measure::FiscalSpecialAccount,
        Measure::UnitFunds,
        Measure::PriorYearCarryover,
    ];
    let mut table = titled(draft, Form::Revenue, "预算收入总表")
        .header("项目||本年收入||||||上年结转")
        .header(&format!(
            "科目编码|科目名称|合计|一般公共预算|政府性基金|国有资本经营预算|财政专户管理资金|单位资金|{ABOVE}"
        ));
    table.rows = functional.rows(draft, measures, |leaf| {
        let [general, fund, special, unit] = Source::ALL.map(|source| leaf.received(source));
        [general + fund + special + unit, general, fund, 0, special, unit, 0]
    });
    table
}

const SPLIT: [Measure; 3] = [Measure::Total, Measure::Basic, Measure::Project];

fn expenditure_rows(draft: &Draft<'_>, form: Form, sources: &[Source]) -> Vec<Row> {
    let functional = Functional {
        form,
        side: Side::Expenditure,
        codes: Codes::Joined,
        total_first: true,
    };
    functional.rows(draft, SPLIT, |leaf| {
        let splits = sources.iter().map(|source| leaf.spending[*source as usize]);
        let (basic, project) = splits.fold((0, 0), |sum, split| (sum.0 + split.basic, sum.1 + split.project));
        [basic + project, basic, project]
    })
}

fn expenditure_header(draft: &Draft<'_>, table: Table) -> Table {
    table
        .header(&format!("项目||{}年预算数||", draft.identity.year))
        .header("科目编码|科目名称|合计|基本支出|项目支出")
}

fn expenditure(draft: &Draft<'_>) -> Table {
    let mut table = expenditure_header(draft, titled(draft, Form::Expenditure, "预算支出总表"));
    table.rows = expenditure_rows(draft, Form::Expenditure, &Source::ALL);
    table
}

fn general_public(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::GeneralPublicExpenditure;
    let mut table = expenditure_header(draft, titled(draft, FORM, "一般公共预算支出预算表（不含上年结转）"));
    table.rows = expenditure_rows(draft, FORM, &[Source::General]);
    table
}

fn appropriation_summary(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::AppropriationSummary;
    let general = draft.figures.sum(|leaf| leaf.spent(Source::General));
    let fund = draft.figures.sum(|leaf| leaf.spent(Source::Fund));
    let lines = [
        ("一般公共预算", Item::GeneralPublicBudget, general),
        ("政府性基金预算", Item::GovernmentFund, fund),
        ("国有资本经营预算", Item::StateCapital, 0),
    ];
    let numbered = |index: usize, name: &str| format!("{}、{name}", ["一", "二", "三"][index % 3]);
    let left = lines.iter().enumerate().map(|(index, (name, item, yuan))| {
        summary_line(
            draft,
            &numbered(index, name),
            &source_key(FORM, name, *item),
            &[(Measure::Amount, *yuan)],
        )
    });
    let right = class_lines(draft, FORM, &[], false, |class| appropriation(draft, class));
    let mut rows = side_by_side(left.collect(), right, 2, 5);
    let amounts = fiscal(general, fund);
    rows.push(closing_row(
        draft,
        FORM,
        ("本年收入合计", Item::CurrentRevenueTotal),
        ("本年支出合计", Item::CurrentExpenditureTotal),
        &amounts,
    ));
    let carried = [("上年财政拨款结转".to_owned(), "年终结转")].into_iter();
    for (left, right) in carried.chain((0..3).map(|index| (numbered(index, lines[index].0), ""))) {
        let mut row = vec![Cell::text(left), Cell::blank(), Cell::text(right)];
        row.resize(7, Cell::blank());
        rows.push(row);
    }
    rows.push(closing_row(
        draft,
        FORM,
        ("收入总计", Item::RevenueTotal),
        ("支出总计", Item::ExpenditureTotal),
        &amounts,
    ));
    let mut table = titled(draft, FORM, "财政拨款收支总表")
        .header("收入||支出||||")
        .header("项目|金额|项目|金额|||")
        .header(&format!(
            "{ABOVE}|{ABOVE}|{ABOVE}|小计|一般公共预算|政府性基金预算|国有资本经营预算"
        ));
    table.rows = rows;
    table
}

fn basic(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::BasicExpenditure;
    let amounts = |code: &str, yuan: i64| {
        let (personnel, operating) = if economic::is_personnel(code) { (yuan, 0) } else { (0, yuan) };
        [
            (Measure::Total, yuan),
            (Measure::Personnel, personnel),
            (Measure::Operating, operating),
        ]
    };
    let line = |code: &str, counterpart: &str, yuan: i64| {
        let name = economic::name(code);
        let key = Key::new(FORM, Side::Expenditure, Classification::EconomicDepartment, name);
        let mut row = vec![Cell::text(name), Cell::text(counterpart)];
        row.extend(draft.printer.cells(&key, &amounts(code, yuan)));
        row
    };
    let (personnel, operating) = (draft.figures.personnel(), draft.figures.operating());
    let total = Key::total(FORM, Side::Expenditure, "合计", Item::Total);
    let sums = [
        (Measure::Total, personnel + operating),
        (Measure::Personnel, personnel),
        (Measure::Operating, operating),
    ];
    let mut row = vec![Cell::text("合计"), Cell::covered()];
    row.extend(draft.printer.cells(&total, &sums));
    let mut rows = vec![row];
    for class in ["301", "302", "303", "310"] {
        let yuan = draft.figures.economic_sum(class);
        if yuan != 0 {
            rows.push(line(class, "", yuan));
        }
        for leaf in draft.figures.economic.iter().filter(|leaf| leaf.code.starts_with(class)) {
            rows.push(line(leaf.code, economic::government_name(leaf.code), leaf.yuan));
        }
    }
    let mut table = titled(draft, FORM, "一般公共预算安排基本支出分经济科目表（不含上年结转）")
        .header(&format!(
            "部门预算支出经济科目名称|政府预算支出经济科目名称|{}年预算数||",
            draft.identity.year
        ))
        .header(&format!("{ABOVE}|{ABOVE}|合计|人员经费|公用经费"));
    table.rows = rows;
    table
}

fn fund_revenue(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::GovernmentFundRevenue;
    let yuan = draft.figures.sum(|leaf| leaf.received(Source::Fund));
    let total = Key::total(FORM, Side::Revenue, "合计", Item::Total);
    let mut rows = vec![vec![
        Cell::text("合计"),
        Cell::covered(),
        draft.printer.cell(&total, Measure::Amount, yuan),
    ]];
    for (code, name) in LAND_REVENUE.iter().filter(|_| yuan != 0) {
        let key = Key::new(FORM, Side::Revenue, Classification::Revenue, name).code(code);
        rows.push(vec![
            Cell::text(*code),
            Cell::text(*name),
            draft.printer.cell(&key, Measure::Amount, yuan),
        ]);
    }
    let mut table = titled(draft, FORM, "政府性基金预算收入表（不含上年结转）")
        .header("项目||政府性基金收入预算")
        .header(&format!("收入科目编码|科目名称|{ABOVE}"));
    table.rows = rows;
    table
}

fn fund_expenditure(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::GovernmentFundExpenditure;
    let mut table = titled(draft, FORM, "政府性基金预算支出表（不含上年结转）").header("科目编码|科目名称|合计|基本支出|项目支出");
    table.rows = expenditure_rows(draft, FORM, &[Source::Fund]);
    table
}

fn state_capital(draft: &Draft<'_>) -> Table {
    let mut table = titled(draft, Form::StateCapital, "国有资本经营预算收支预算表（不含上年结转）")
        .header("国有资本经营预算收入|||国有资本经营预算支出||||")
        .header("项目||国有资本经营收入预算|科目编码|科目名称|合计|基本支出|项目支出")
        .header(&format!("收入科目编码|科目名称|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}"));
    let mut row = vec![Cell::text("合计"), Cell::covered()];
    row.resize(8, Cell::blank());
    table.rows = vec![row];
    table
}

fn three_public(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::ThreePublic;
    let figures = draft.figures.three_public;
    let lines = [
        ("因公出国（境）费", "因公出国（境）费", Item::Overseas, figures.overseas),
        ("公务接待费", "公务接待费", Item::Reception, figures.reception),
        ("公务用车购置及运行费", "公务用车购置及运行费", Item::Vehicle, figures.vehicles()),
        ("①公务用车购置费", "公务用车购置费", Item::VehiclePurchase, figures.purchase),
        (
            "②公务用车运行维护费",
            "公务用车运行维护费",
            Item::VehicleOperation,
            figures.operation,
        ),
        ("合计", "合计", Item::ThreePublicTotal, figures.total()),
    ];
    let mut table = titled(draft, FORM, "一般公共预算“三公”经费支出预算表")
        .header(&format!("项目|{}年预算数|||", draft.identity.year))
        .header(&format!("{ABOVE}|合计|一般公共预算|政府性基金预算|国有资本经营预算"));
    for (label, name, item, yuan) in lines {
        let mut key = Key::new(FORM, Side::Expenditure, Classification::ThreePublic, name).item(item);
        if item == Item::ThreePublicTotal {
            key.row_kind = RowKind::Total;
        }
        table.rows.push(summary_line(draft, label, &key, &fiscal(yuan, 0)));
    }
    table
}

fn agency(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::AgencyOperating;
    let yuan = if draft.identity.scope_word() == "部门" {
        draft.figures.operating()
    } else {
        0
    };
    let total = Key::total(FORM, Side::Expenditure, "部门合计", Item::Total);
    let mut table = titled(draft, FORM, "机关运行经费预算财政拨款情况统计表")
        .header(&format!("单位名称|{}预算数|||", draft.identity.year))
        .header(&format!("{ABOVE}|合计|一般公共预算|政府性基金预算|国有资本经营预算"));
    table.rows.push(summary_line(draft, "部门合计", &total, &fiscal(yuan, 0)));
    if yuan != 0 {
        let unit = &draft.identity.unit;
        let key = Key::new(FORM, Side::Expenditure, Classification::Unit, unit);
        table.rows.push(summary_line(draft, unit, &key, &fiscal(yuan, 0)));
    }
    table
}

fn projects(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::ProjectExpenditure;
    let columns = [
        None,
        Some(Source::General),
        Some(Source::Fund),
        None,
        Some(Source::Special),
        Some(Source::Unit),
    ];
    let measures = [
        Measure::Total,
        Measure::GeneralPublicBudget,
        Measure::GovernmentFund,
        Measure::StateCapital,
        Measure::FiscalSpecialAccount,
        Measure::UnitFunds,
    ];
    let line = |key: &Key, label: &str, of: &dyn Fn(Source) -> i64| {
        let mut values: Vec<i64> = columns.iter().map(|source| source.map_or(0, of)).collect();
        values[0] = values.iter().sum();
        let amounts: Vec<_> = measures.into_iter().zip(values).collect();
        summary_line(draft, label, key, &amounts)
    };
    let year = draft.identity.year;
    let mut table = titled(draft, FORM, "项目支出预算表（本年预算）")
        .header(&format!("项目名称|合计|{year}年财政拨款|||财政专户管理 资金|单位资金"))
        .header(&format!(
            "{ABOVE}|{ABOVE}|一般公共预算|政府性 基金预 算|国有资本经营 预算|{ABOVE}|{ABOVE}"
        ))
        .header("1|2|3|4|5|6|7");
    let all = &draft.figures.projects;
    for (owner, body) in draft.bodies.iter().enumerate() {
        let mut own = all
            .iter()
            .filter(|project| project.owner == owner || draft.bodies.len() == 1)
            .peekable();
        if own.peek().is_some() && draft.bodies.len() > 1 {
            let mut key = Key::new(FORM, Side::Expenditure, Classification::Unit, body);
            key.row_kind = RowKind::Total;
            let of = |source| {
                let own = all.iter().filter(|project| project.owner == owner && project.source == source);
                own.map(|project| project.yuan).sum()
            };
            table.rows.push(line(&key, body, &of));
        }
        for project in own {
            let prefix = if project.source == Source::General { "J" } else { "Z" };
            let name = format!("{prefix}{}", project.name);
            let mut key = Key::new(FORM, Side::Expenditure, Classification::Project, &name);
            key.project_name = Some(name.clone());
            table
                .rows
                .push(line(&key, &name, &|source| if source == project.source { project.yuan } else { 0 }));
        }
    }
    table
}

fn carryover(draft: &Draft<'_>) -> Table {
    titled(draft, Form::ProjectCarryover, "项目支出预算表（上年结转）")
        .header(&format!("项目名称|合计|{}年财政拨款||", draft.identity.year))
        .header(&format!("{ABOVE}|{ABOVE}|一般公共预算|政府性基金 预算|国有资本 经营预算"))
        .header("1|2|3|4|5")
}
