//! Budget forms as in Shanghai: in 元, codes split over 类/款/项, one row of figures for “三公” and 机关运行经费 in 万元.

use super::{Codes, Draft, Functional, appropriation, class_lines, fiscal, side_by_side, source_key, summary_line};
use crate::codes::{Classification, Form, Item, Measure, Side};
use crate::money::MoneyUnit;
use crate::synth::disclosure::{ABOVE, Cell, Key, Printer, Row, Table};
use crate::synth::economic;
use crate::synth::figures::{Leaf, Source};

/// The nine forms.
pub fn tables(draft: &Draft<'_>) -> Vec<Table> {
    let mut tables = vec![
        summary(draft),
        revenue(draft),
        expenditure(draft, Form::Expenditure, "支出预算总表", "支出预算", &Source::ALL),
        appropriation_summary(draft),
        expenditure(
            draft,
            Form::GeneralPublicExpenditure,
            "一般公共预算支出功能分类预算表",
            "一般公共预算支出",
            &[Source::General],
        ),
        expenditure(
            draft,
            Form::GovernmentFundExpenditure,
            "政府性基金预算支出功能分类预算表",
            "政府性基金预算支出",
            &[Source::Fund],
        ),
        expenditure(
            draft,
            Form::StateCapital,
            "国有资本经营预算支出功能分类预算表",
            "国有资本经营预算支出",
            &[],
        ),
        basic(draft),
        three_public(draft),
    ];
    let year = draft.identity.year;
    for table in &mut tables {
        table.body = Some(format!("编制部门：{}", draft.identity.unit));
        let unit = if table.form == Form::ThreePublic {
            "单位:万元"
        } else {
            "单位：元"
        };
        table.unit = Some(unit.to_owned());
        if table.is_empty() {
            let money = if table.form == Form::StateCapital {
                "国有资本经营预算"
            } else {
                "政府性基金预算"
            };
            let word = draft.identity.scope_word();
            table
                .notes
                .push(format!("注:本{word}{year}年无{money}财政拨款安排的预算，故本表为空表。"));
        }
    }
    tables
}

fn titled(draft: &Draft<'_>, form: Form, title: &str) -> Table {
    Table::new(form, format!("{}年{}{title}", draft.identity.year, draft.identity.scope_word()))
}

/// Special and unit funds are 事业收入 and 其他收入 here.
fn revenues(leaf: &Leaf) -> [i64; 3] {
    let [general, fund, special, unit] = Source::ALL.map(|source| leaf.received(source));
    [general + fund, special, unit]
}

fn totals(draft: &Draft<'_>, form: Form, amounts: &[(Measure, i64)]) -> Row {
    let total = amounts.first().map_or(0, |(_, yuan)| *yuan);
    let key = Key::total(form, Side::Revenue, "收入总计", Item::RevenueTotal);
    let mut row = summary_line(draft, "收入总计", &key, &[(Measure::Amount, total)]);
    let key = Key::total(form, Side::Expenditure, "支出总计", Item::ExpenditureTotal);
    row.extend(summary_line(draft, "支出总计", &key, amounts));
    row
}

fn summary(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::Summary;
    let sum = |source| draft.figures.sum(|leaf| leaf.received(source));
    let (general, fund) = (sum(Source::General), sum(Source::Fund));
    let revenue = |name: &str, item| Key::new(FORM, Side::Revenue, Classification::Revenue, name).item(item);
    let lines = [
        (
            "一、财政拨款收入",
            revenue("财政拨款收入", Item::FiscalAppropriation),
            general + fund,
        ),
        (
            "1. 一般公共预算资金",
            source_key(FORM, "一般公共预算资金", Item::GeneralPublicBudget),
            general,
        ),
        ("2. 政府性基金", source_key(FORM, "政府性基金", Item::GovernmentFund), fund),
        ("3. 国有资本经营预算", source_key(FORM, "国有资本经营预算", Item::StateCapital), 0),
        ("二、事业收入", revenue("事业收入", Item::Institutional), sum(Source::Special)),
        ("三、事业单位经营收入", revenue("事业单位经营收入", Item::Business), 0),
        ("四、其他收入", revenue("其他收入", Item::Other), sum(Source::Unit)),
    ];
    let left = lines.map(|(label, key, yuan)| summary_line(draft, label, &key, &[(Measure::Amount, yuan)]));
    let right = class_lines(draft, FORM, &[], true, |class| {
        vec![(
            Measure::Amount,
            draft.figures.class_sum(class, |leaf| leaf.basic() + leaf.project()),
        )]
    });
    let total = draft.figures.sum(|leaf| leaf.basic() + leaf.project());
    let mut table = titled(draft, FORM, "财务收支预算总表")
        .header("本年收入||本年支出|")
        .header("项目|预算数|项目|预算数");
    table.rows = side_by_side(left.into(), right, 2, 2);
    table.rows.push(totals(draft, FORM, &[(Measure::Amount, total)]));
    table
}

fn functional(form: Form, side: Side) -> Functional {
    Functional {
        form,
        side,
        codes: Codes::Split,
        total_first: false,
    }
}

fn revenue(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::Revenue;
    let measures = [
        Measure::Total,
        Measure::FiscalAppropriation,
        Measure::Institutional,
        Measure::Business,
        Measure::Other,
    ];
    let mut table = titled(draft, FORM, "收入预算总表")
        .header("项目||||收入预算||||")
        .header("功能分类科目编码|||功能分类科目名称|合计|财政拨款收入|事业收入|事业单位经营收入|其他收入")
        .header(&format!("类|款|项|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}"));
    table.rows = functional(FORM, Side::Revenue).rows(draft, measures, |leaf| {
        let [fiscal, special, unit] = revenues(leaf);
        [fiscal + special + unit, fiscal, special, 0, unit]
    });
    table
}

fn expenditure(draft: &Draft<'_>, form: Form, title: &str, head: &str, sources: &[Source]) -> Table {
    let mut table = titled(draft, form, title)
        .header(&format!("项目||||{head}||"))
        .header("功能分类科目编码|||功能分类科目名称|合计|基本支出|项目支出")
        .header(&format!("类|款|项|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}"));
    let measures = [Measure::Total, Measure::Basic, Measure::Project];
    table.rows = functional(form, Side::Expenditure).rows(draft, measures, |leaf| {
        let splits = sources.iter().map(|source| leaf.spending[*source as usize]);
        let (basic, project) = splits.fold((0, 0), |sum, split| (sum.0 + split.basic, sum.1 + split.project));
        [basic + project, basic, project]
    });
    table
}

fn appropriation_summary(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::AppropriationSummary;
    let general = draft.figures.sum(|leaf| leaf.spent(Source::General));
    let fund = draft.figures.sum(|leaf| leaf.spent(Source::Fund));
    let lines = [
        (
            "一、一般公共预算资金",
            source_key(FORM, "一般公共预算资金", Item::GeneralPublicBudget),
            general,
        ),
        ("二、政府性基金", source_key(FORM, "政府性基金", Item::GovernmentFund), fund),
        ("三、国有资本经营预算", source_key(FORM, "国有资本经营预算", Item::StateCapital), 0),
    ];
    let left = lines.map(|(label, key, yuan)| summary_line(draft, label, &key, &[(Measure::Amount, yuan)]));
    let right = class_lines(draft, FORM, &[], true, |class| appropriation(draft, class));
    let mut table = titled(draft, FORM, "财政拨款收支预算总表")
        .header("财政拨款收入||财政拨款支出||||")
        .header("项目|预算数|项目|合计|一般公共预算|政府性基金预算|国有资本经营预算");
    table.rows = side_by_side(left.into(), right, 2, 5);
    table.rows.push(totals(draft, FORM, &fiscal(general, fund)));
    table
}

fn basic(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::BasicExpenditure;
    let amounts = |personnel: i64, operating: i64| {
        [
            (Measure::Total, personnel + operating),
            (Measure::Personnel, personnel),
            (Measure::Operating, operating),
        ]
    };
    let mut table = titled(draft, FORM, "一般公共预算基本支出部门预算经济分类预算表")
        .header("项目|||一般公共预算基本支出||")
        .header("部门预算经济分类科目编码||经济分类科目名称|合计|人员经费|公用经费")
        .header(&format!("类|款|{ABOVE}|{ABOVE}|{ABOVE}|{ABOVE}"));
    for class in ["301", "302", "303", "310"] {
        let leaves = draft.figures.economic.iter().filter(|leaf| leaf.code.starts_with(class));
        let lines = std::iter::once((class, draft.figures.economic_sum(class))).chain(leaves.map(|leaf| (leaf.code, leaf.yuan)));
        for (code, yuan) in lines.filter(|(_, yuan)| *yuan != 0) {
            let name = economic::name(code);
            let key = Key::new(FORM, Side::Expenditure, Classification::EconomicDepartment, name).code(code);
            let split = if economic::is_personnel(code) {
                amounts(yuan, 0)
            } else {
                amounts(0, yuan)
            };
            let mut row = vec![Cell::text(class), Cell::text(code.get(3..).unwrap_or_default()), Cell::text(name)];
            row.extend(draft.printer.cells(&key, &split));
            table.rows.push(row);
        }
    }
    let total = Key::total(FORM, Side::Expenditure, "合计", Item::Total);
    let mut row = vec![Cell::text("合计"), Cell::covered(), Cell::covered()];
    row.extend(
        draft
            .printer
            .cells(&total, &amounts(draft.figures.personnel(), draft.figures.operating())),
    );
    table.rows.push(row);
    table
}

fn three_public(draft: &Draft<'_>) -> Table {
    const FORM: Form = Form::ThreePublic;
    let figures = draft.figures.three_public;
    let wan = Draft {
        printer: Printer {
            unit: MoneyUnit::WAN,
            ..draft.printer
        },
        bodies: Vec::new(),
        ..*draft
    };
    let columns = [
        ("合计", Item::ThreePublicTotal, figures.total()),
        ("因公出国(境)费", Item::Overseas, figures.overseas),
        ("公务接待费", Item::Reception, figures.reception),
        ("公务用车购置及运行费", Item::Vehicle, figures.vehicles()),
        ("购置费", Item::VehiclePurchase, figures.purchase),
        ("运行费", Item::VehicleOperation, figures.operation),
    ];
    let mut row = super::three_public_row(&wan, FORM, &columns, Measure::Amount);
    let agency = Key::new(Form::AgencyOperating, Side::Expenditure, Classification::Unit, "机关运行经费预算数").item(Item::AgencyOperating);
    row.push(wan.printer.cell(&agency, Measure::Amount, draft.figures.operating()));
    let mut table = titled(draft, FORM, "“三公”经费和机关运行经费预算表")
        .header("“三公”经费预算数||||||机关运行经费预算数")
        .header(&format!("合计|因公出国(境)费|公务接待费|公务用车购置及运行费|||{ABOVE}"))
        .header(&format!("{ABOVE}|{ABOVE}|{ABOVE}|小计|购置费|运行费|{ABOVE}"));
    table.rows.push(row);
    table
}
