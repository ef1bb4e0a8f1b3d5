//! Final-account forms 公开01–公开09, with line numbers (行次, 栏次) as in Shanxi or without as in Shanghai.

mod three_public;

use super::{Codes, Draft, Functional, appropriation, class_lines, fiscal, side_by_side, source_key, summary_line};
use crate::codes::{Classification, Form, Item, Measure, Side};
use crate::synth::disclosure::{ABOVE, Cell, Key, Row, Table};
use crate::synth::economic;
use crate::synth::figures::{Leaf, Source};
use crate::synth::vocabulary::BUDGET_ONLY;

/// The nine forms.
pub fn tables(draft: &Draft<'_>, numbered: bool) -> Vec<Table> {
    let mut tables = vec![
        summary(draft, numbered),
        revenue(draft, numbered),
        expenditure(draft, numbered),
        appropriation_summary(draft, numbered),
        general_public(draft, numbered),
        basic(draft, numbered),
        fund(draft, numbered),
        state_capital(numbered),
        three_public::table(draft, numbered),
    ];
    for (index, table) in tables.iter_mut().enumerate() {
        if numbered {
            table.number = Some(format!("公开{:02}表", index + 1));
            table.body = Some(format!(
                "{}名称：{}    {}年度",
                draft.identity.scope_word(),
                draft.identity.unit,
                draft.identity.year
            ));
            table.unit = Some("金额单位：万元".to_owned());
        } else {
            table.unit = Some("单位：万元".to_owned());
        }
        let word = draft.identity.scope_word();
        table
            .notes
            .insert(0, format!("注：本表反映{word}本年度的{}情况。", about(table.form)));
        if table.is_empty() {
            table.notes.push("说明：本表无数据".to_owned());
        }
    }
    tables
}

fn about(form: Form) -> &'static str {
    match form {
        Form::Summary => "总收支和年末结转结余",
        Form::Revenue => "各项收入",
        Form::Expenditure => "各项支出",
        Form::AppropriationSummary => "财政拨款总收支和年末结转结余",
        Form::GeneralPublicExpenditure => "一般公共预算财政拨款支出",
        Form::BasicExpenditure => "一般公共预算财政拨款基本支出明细",
        Form::GovernmentFund => "政府性基金预算财政拨款收入、支出及结转和结余",
        Form::StateCapital => "国有资本经营预算财政拨款支出",
        _ => "“三公”经费支出预决算",
    }
}

/// Puts the 行次 after the label of each row.
fn count_lines(rows: &mut [Row], label: usize, first: usize) {
    for (index, row) in rows.iter_mut().enumerate() {
        row.insert(label + 1, Cell::text((first + index).to_string()));
    }
}

/// Two sides of a summary form, with 行次 where the form has them.
fn two_sides(left: Vec<Row>, right: Vec<Row>, right_width: usize, numbered: bool) -> Vec<Row> {
    let mut rows = side_by_side(left, right, 2, right_width);
    if numbered {
        let length = rows.len();
        count_lines(&mut rows, 2, length + 1);
        count_lines(&mut rows, 0, 1);
    }
    rows
}

fn with_column_numbers(mut table: Table, numbered: bool, row: &str) -> Table {
    if numbered {
        table = table.header(row);
    }
    table
}

fn summary(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::Summary;
    let sum = |source| draft.figures.sum(|leaf| leaf.received(source));
    let [general, fund, special, unit] = Source::ALL.map(sum);
    let spent = draft.figures.sum(|leaf| leaf.basic() + leaf.project());
    let (opening, closing) = (draft.figures.sum(|leaf| leaf.opening), draft.figures.sum(|leaf| leaf.closing));
    let income = general + fund + special + unit;
    let other = |name: &str, item| Key::new(FORM, Side::Revenue, Classification::Revenue, name).item(item);
    let line = |label: &str, key: &Key, yuan: i64| summary_line(draft, label, key, &[(Measure::Amount, yuan)]);
    let mut left = vec![
        line(
            "一、一般公共预算财政拨款收入",
            &source_key(FORM, "一般公共预算财政拨款收入", Item::GeneralPublicBudget),
            general,
        ),
        line(
            "二、政府性基金预算财政拨款收入",
            &source_key(FORM, "政府性基金预算财政拨款收入", Item::GovernmentFund),
            fund,
        ),
        line(
            "三、国有资本经营预算财政拨款收入",
            &source_key(FORM, "国有资本经营预算财政拨款收入", Item::StateCapital),
            0,
        ),
        line("四、上级补助收入", &other("上级补助收入", Item::SuperiorSubsidy), 0),
        line("五、事业收入", &other("事业收入", Item::Institutional), special),
        line("六、经营收入", &other("经营收入", Item::Business), 0),
        line("七、附属单位上缴收入", &other("附属单位上缴收入", Item::AffiliatedRemittance), 0),
        line("八、其他收入", &other("其他收入", Item::Other), unit),
    ];
    let mut right = class_lines(draft, FORM, &BUDGET_ONLY, false, |class| {
        vec![(
            Measure::Amount,
            draft.figures.class_sum(class, |leaf| leaf.basic() + leaf.project()),
        )]
    });
    left.resize(right.len(), vec![Cell::blank(); 2]);
    let revenue = |name: &str, item| Key::total(FORM, Side::Revenue, name, item);
    let expense = |name: &str, item| Key::total(FORM, Side::Expenditure, name, item);
    let carried = |side, name: &str, item| Key::new(FORM, side, Classification::Summary, name).item(item);
    left.extend([
        line("本年收入合计", &revenue("本年收入合计", Item::CurrentRevenueTotal), income),
        line(
            "使用非财政拨款结余",
            &carried(Side::Revenue, "使用非财政拨款结余", Item::SurplusUsed),
            0,
        ),
        line(
            "年初结转和结余",
            &carried(Side::Revenue, "年初结转和结余", Item::PriorYearCarryover),
            opening,
        ),
        line("总计", &revenue("总计", Item::RevenueTotal), income + opening),
    ]);
    right.extend([
        line("本年支出合计", &expense("本年支出合计", Item::CurrentExpenditureTotal), spent),
        line("结余分配", &carried(Side::Expenditure, "结余分配", Item::SurplusDistribution), 0),
        line(
            "年末结转和结余",
            &carried(Side::Expenditure, "年末结转和结余", Item::YearEndCarryover),
            closing,
        ),
        line("总计", &expense("总计", Item::ExpenditureTotal), spent + closing),
    ]);
    let table = Table::new(FORM, "收入支出决算总表");
    let mut table = if numbered {
        table
            .header("收入|||支出||")
            .header("项目|行次|金额|项目|行次|金额")
            .header("栏次||1|栏次||2")
    } else {
        table.header("收入||支出|").header("项目|决算数|项目|决算数")
    };
    table.rows = two_sides(left, right, 2, numbered);
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

fn code_word(numbered: bool) -> &'static str {
    if numbered { "科目代码" } else { "功能分类科目编码" }
}

fn revenue(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::Revenue;
    let measures = [
        Measure::Total,
        Measure::FiscalAppropriation,
        Measure::SuperiorSubsidy,
        Measure::Institutional,
        Measure::Business,
        Measure::AffiliatedRemittance,
        Measure::Other,
    ];
    let above = [ABOVE; 7].join("|");
    let table = Table::new(FORM, "收入决算表")
        .header("项目||本年收入合计|财政拨款收入|上级补助收入|事业收入|经营收入|附属单位上缴收入|其他收入")
        .header(&format!("{}|科目名称|{above}", code_word(numbered)));
    let mut table = with_column_numbers(table, numbered, "栏次||1|2|3|4|5|6|7");
    table.rows = functional(FORM, Side::Revenue).rows(draft, measures, |leaf| {
        let [general, fund, special, unit] = Source::ALL.map(|source| leaf.received(source));
        [general + fund + special + unit, general + fund, 0, special, 0, 0, unit]
    });
    table
}

fn expenditure(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::Expenditure;
    let measures = [
        Measure::Total,
        Measure::Basic,
        Measure::Project,
        Measure::RemittedToSuperior,
        Measure::Business,
        Measure::AffiliatedSubsidy,
    ];
    let above = [ABOVE; 6].join("|");
    let table = Table::new(FORM, "支出决算表")
        .header("项目||本年支出合计|基本支出|项目支出|上缴上级支出|经营支出|对附属单位补助支出")
        .header(&format!("{}|科目名称|{above}", code_word(numbered)));
    let mut table = with_column_numbers(table, numbered, "栏次||1|2|3|4|5|6");
    table.rows = functional(FORM, Side::Expenditure).rows(draft, measures, |leaf| {
        [leaf.basic() + leaf.project(), leaf.basic(), leaf.project(), 0, 0, 0]
    });
    table
}

fn general_public(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::GeneralPublicExpenditure;
    let measures = [Measure::Total, Measure::Basic, Measure::Project];
    let table = Table::new(FORM, "一般公共预算财政拨款支出决算表")
        .header("项目||本年支出||")
        .header(&format!("{}|科目名称|小计|基本支出|项目支出", code_word(numbered)));
    let mut table = with_column_numbers(table, numbered, "栏次||1|2|3");
    table.rows = functional(FORM, Side::Expenditure).rows(draft, measures, |leaf| {
        let split = leaf.spending[Source::General as usize];
        [split.basic + split.project, split.basic, split.project]
    });
    table
}

fn appropriation_summary(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::AppropriationSummary;
    let sum = |value: &dyn Fn(&Leaf) -> i64| draft.figures.sum(value);
    let (general, fund) = (
        sum(&|leaf| leaf.received(Source::General)),
        sum(&|leaf| leaf.received(Source::Fund)),
    );
    let (general_spent, fund_spent) = (sum(&|leaf| leaf.spent(Source::General)), sum(&|leaf| leaf.spent(Source::Fund)));
    let (opening, closing) = (sum(&|leaf| leaf.opening), sum(&|leaf| leaf.closing));
    let line = |label: &str, key: &Key, yuan: i64| summary_line(draft, label, key, &[(Measure::Amount, yuan)]);
    let source = |name: &str, item| source_key(FORM, name, item);
    let mut left = vec![
        line(
            "一、一般公共预算财政拨款",
            &source("一般公共预算财政拨款", Item::GeneralPublicBudget),
            general,
        ),
        line(
            "二、政府性基金预算财政拨款",
            &source("政府性基金预算财政拨款", Item::GovernmentFund),
            fund,
        ),
        line(
            "三、国有资本经营预算财政拨款",
            &source("国有资本经营预算财政拨款", Item::StateCapital),
            0,
        ),
    ];
    let mut right = class_lines(draft, FORM, &BUDGET_ONLY, false, |class| appropriation(draft, class));
    left.resize(right.len(), vec![Cell::blank(); 2]);
    let revenue = |name: &str, item| Key::total(FORM, Side::Revenue, name, item);
    let expense = |name: &str, item| Key::total(FORM, Side::Expenditure, name, item);
    let carried = |side, name: &str, item| Key::new(FORM, side, Classification::Summary, name).item(item);
    left.extend([
        line("本年收入合计", &revenue("本年收入合计", Item::CurrentRevenueTotal), general + fund),
        line(
            "年初财政拨款结转和结余",
            &carried(Side::Revenue, "年初财政拨款结转和结余", Item::PriorYearCarryover),
            opening,
        ),
        line(
            "一般公共预算财政拨款",
            &source("一般公共预算财政拨款", Item::CarryoverGeneralPublicBudget),
            opening,
        ),
        line(
            "政府性基金预算财政拨款",
            &source("政府性基金预算财政拨款", Item::CarryoverGovernmentFund),
            0,
        ),
        line(
            "国有资本经营预算财政拨款",
            &source("国有资本经营预算财政拨款", Item::CarryoverStateCapital),
            0,
        ),
        line("总计", &revenue("总计", Item::RevenueTotal), general + fund + opening),
    ]);
    right.push(summary_line(
        draft,
        "本年支出合计",
        &expense("本年支出合计", Item::CurrentExpenditureTotal),
        &fiscal(general_spent, fund_spent),
    ));
    let kept = carried(Side::Expenditure, "年末财政拨款结转和结余", Item::YearEndCarryover);
    right.push(summary_line(draft, "年末财政拨款结转和结余", &kept, &fiscal(closing, 0)));
    right.extend(std::iter::repeat_n(vec![Cell::blank(); 5], 3));
    right.push(summary_line(
        draft,
        "总计",
        &expense("总计", Item::ExpenditureTotal),
        &fiscal(general_spent + closing, fund_spent),
    ));
    let table = Table::new(FORM, "财政拨款收入支出决算总表");
    let funds = "合计|一般公共预算财政拨款|政府性基金预算财政拨款|国有资本经营预算财政拨款";
    let mut table = if numbered {
        table
            .header("收入|||支出|||||")
            .header(&format!("项目|行次|金额|项目|行次|{funds}"))
            .header("栏次||1|栏次||2|3|4|5")
    } else {
        table.header("收入||支出||||").header(&format!("项目|决算数|项目|{funds}"))
    };
    table.rows = two_sides(left, right, 5, numbered);
    table
}

/// One code, name and amount of the detailed form.
fn detail(draft: &Draft<'_>, code: &str, numbered: bool) -> Row {
    let name = economic::name(code);
    let key = Key::new(Form::BasicExpenditure, Side::Expenditure, Classification::EconomicDepartment, name).code(code);
    let yuan = draft.figures.economic_sum(code);
    let amount = match (numbered, code.get(..3)) {
        (true, Some("309" | "311")) => Cell::text("────"),
        (true, _) => draft.printer.cell(&key, Measure::Amount, yuan),
        (false, _) => draft.printer.printed(&key, Measure::Amount, yuan),
    };
    vec![Cell::text(code), Cell::text(name), amount]
}

fn basic(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::BasicExpenditure;
    let list =
        |codes: &[(&'static str, &'static str)]| -> Vec<Row> { codes.iter().map(|(code, _)| detail(draft, code, numbered)).collect() };
    let personnel = list(&economic::PERSONNEL);
    let group = "科目代码|科目名称|决算数";
    let table = Table::new(
        FORM,
        if numbered {
            "一般公共预算财政拨款基本支出决算明细表"
        } else {
            "一般公共预算财政拨款基本支出决算表"
        },
    );
    let (mut table, width) = if numbered {
        let table = table.header("人员经费|||公用经费||||||||").header(&[group; 4].join("|"));
        (table, 12)
    } else {
        (table.header("经济分类科目编码|科目名称|决算数|经济分类科目编码|科目名称|决算数"), 6)
    };
    table.rows = if numbered {
        let goods = side_by_side(personnel, list(&economic::GOODS), 3, 3);
        let capital = side_by_side(list(&economic::CAPITAL), list(&economic::REST), 3, 3);
        side_by_side(goods, capital, 6, 6)
    } else {
        let codes = economic::CAPITAL
            .iter()
            .chain(&economic::REST)
            .filter(|(code, _)| code.starts_with("310"));
        let mut operating = list(&economic::GOODS);
        operating.extend(codes.map(|(code, _)| detail(draft, code, numbered)));
        side_by_side(personnel, operating, 3, 3)
    };
    let total = |name: &str, item, yuan| {
        draft
            .printer
            .printed(&Key::total(FORM, Side::Expenditure, name, item), Measure::Amount, yuan)
    };
    let mut row = vec![Cell::text("人员经费合计"), Cell::covered()];
    row.push(total("人员经费合计", Item::PersonnelTotal, draft.figures.personnel()));
    row.push(Cell::text("公用经费合计"));
    row.resize(width - 1, Cell::covered());
    row.push(total("公用经费合计", Item::OperatingTotal, draft.figures.operating()));
    table.rows.push(row);
    table
}

fn fund(draft: &Draft<'_>, numbered: bool) -> Table {
    const FORM: Form = Form::GovernmentFund;
    let measures = [
        Measure::OpeningBalance,
        Measure::CurrentRevenue,
        Measure::Total,
        Measure::Basic,
        Measure::Project,
        Measure::ClosingBalance,
    ];
    let table = Table::new(FORM, "政府性基金预算财政拨款收入支出决算表")
        .header("项目||年初结转和结余|本年收入|本年支出|||年末结转和结余")
        .header(&format!(
            "{}|科目名称|{ABOVE}|{ABOVE}|小计|基本支出|项目支出|{ABOVE}",
            code_word(numbered)
        ));
    let mut table = with_column_numbers(table, numbered, "栏次||1|2|3|4|5|6");
    table.rows = functional(FORM, Side::Expenditure).rows(draft, measures, |leaf| {
        let split = leaf.spending[Source::Fund as usize];
        [
            0,
            leaf.received(Source::Fund),
            split.basic + split.project,
            split.basic,
            split.project,
            0,
        ]
    });
    table
}

fn state_capital(numbered: bool) -> Table {
    let table = Table::new(Form::StateCapital, "国有资本经营预算财政拨款支出决算表")
        .header("项目||本年支出||")
        .header(&format!("{}|科目名称|合计|基本支出|项目支出", code_word(numbered)));
    let mut table = with_column_numbers(table, numbered, "栏次||1|2|3");
    let mut row = vec![Cell::text("合计"), Cell::covered()];
    row.resize(5, Cell::blank());
    table.rows.push(row);
    table
}
