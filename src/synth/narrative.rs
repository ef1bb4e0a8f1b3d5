//! The running text around the forms: cover, contents, duties, and figures stated in prose.

use super::disclosure::{Block, Identity, Printer, Table};
use super::figures::{Figures, Source};
use super::vocabulary::{CLASSES, numeral};
use crate::codes::{Scope, Stage};
use crate::money::MoneyUnit;

/// A disclosure's blocks in order: everything around `tables`, and them.
pub fn compose(identity: &Identity, figures: &Figures, grouped: bool, tables: Vec<Table>, forms: Vec<Table>) -> Vec<Block> {
    let word = identity.scope_word();
    let year = identity.year;
    let kind = if identity.stage == Stage::Budget { "预算" } else { "决算" };
    let parts = [
        "第一部分 概况".to_owned(),
        format!("第二部分 {year}年{word}{kind}报表"),
        format!("第三部分 {year}年度{word}{kind}情况说明"),
        "第四部分 名词解释".to_owned(),
    ];
    let mut blocks = vec![Block::Cover(vec![identity.unit.clone(), format!("{year}年度{word}{kind}公开")])];
    let mut contents = vec![(parts[0].clone(), 1), (parts[1].clone(), 2)];
    contents.extend(tables.iter().enumerate().map(|(index, table)| (table.title.clone(), index + 2)));
    contents.extend([(parts[2].clone(), tables.len() + 2), (parts[3].clone(), tables.len() + 5)]);
    blocks.push(Block::Contents(contents));
    let [first, second, third, fourth] = parts;
    blocks.push(Block::Heading(1, first));
    blocks.extend(duties(identity));
    blocks.push(Block::Heading(1, second));
    blocks.extend(tables.into_iter().map(|table| Block::Table(Box::new(table))));
    blocks.push(Block::Heading(1, third));
    let printer = Printer {
        unit: MoneyUnit::WAN,
        grouped,
    };
    let sections = sections(identity, figures, printer);
    for (index, (title, text)) in sections.into_iter().enumerate() {
        blocks.push(Block::Heading(2, format!("{}、{title}", numeral(index + 1))));
        blocks.push(Block::Text(text));
    }
    blocks.extend(forms.into_iter().map(|table| Block::Table(Box::new(table))));
    blocks.push(Block::Heading(1, fourth));
    blocks.push(Block::Text("一、基本支出：保障机构正常运转、完成日常工作任务的支出。".to_owned()));
    blocks.push(Block::Text("二、项目支出：在基本支出之外完成特定任务的支出。".to_owned()));
    blocks
}

fn duties(identity: &Identity) -> Vec<Block> {
    let word = identity.scope_word();
    let belongs = match identity.scope {
        Scope::Department => format!("{}{}年度部门预算和决算由本级及所属单位组成。", identity.unit, identity.year),
        Scope::Unit => format!("{}是{}所属事业单位。", identity.unit, identity.department),
    };
    vec![
        Block::Heading(2, format!("一、本{word}职责")),
        Block::Text("负责本地区有关事务的规划、协调、服务和监督，完成上级交办的其他任务。".to_owned()),
        Block::Heading(2, "二、机构设置情况".to_owned()),
        Block::Text(belongs),
    ]
}

/// Hundredths of a percent as `12.34%`.
fn percent(part: i64, whole: i64) -> String {
    let hundredths = if whole == 0 {
        0
    } else {
        (part.abs() * 20_000 / whole.abs() + 1) / 2
    };
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// `增加1.00万元，增长2.00%`.
fn change(printer: Printer, now: i64, before: i64) -> String {
    let amount = printer.text((now - before).abs());
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => format!("增加{amount}万元，增长{}", percent(now - before, before)),
        std::cmp::Ordering::Less => format!("减少{amount}万元，下降{}", percent(now - before, before)),
        std::cmp::Ordering::Equal => "持平".to_owned(),
    }
}

fn sections(identity: &Identity, figures: &Figures, printer: Printer) -> Vec<(String, String)> {
    let (year, word) = (identity.year, identity.scope_word());
    let kind = if identity.stage == Stage::Budget { "预算" } else { "决算" };
    let money = |yuan: i64| format!("{}万元", printer.text(yuan));
    let spent = figures.sum(|leaf| leaf.basic() + leaf.project());
    let income = figures.sum(|leaf| Source::ALL.iter().map(|source| leaf.received(*source)).sum());
    let (opening, closing) = (figures.sum(|leaf| leaf.opening), figures.sum(|leaf| leaf.closing));
    let (basic, project) = (figures.sum(|leaf| leaf.basic()), figures.sum(|leaf| leaf.project()));
    let general = figures.sum(|leaf| leaf.spent(Source::General));
    let classes = |separator: &str| {
        let shares = CLASSES.iter().filter_map(|(code, name)| {
            let yuan = figures.class_sum(code, |leaf| leaf.spent(Source::General));
            (yuan != 0).then(|| format!("{name}{}，占{}", money(yuan), percent(yuan, general)))
        });
        shares.collect::<Vec<_>>().join(separator)
    };
    let three = figures.three_public;
    let mut sections = vec![
        (
            format!("{word}{kind}收支数据变动情况及原因"),
            format!(
                "{year}年度收入总计{}，支出总计{}。与上年相比，收入总计{}，主要原因是项目安排有所调整。",
                money(income + opening),
                money(spent + closing),
                change(printer, income + opening, figures.last_year)
            ),
        ),
        (
            format!("支出{kind}情况说明"),
            format!(
                "{year}年度支出{kind}{}，其中：基本支出{}，占{}；项目支出{}，占{}。",
                money(spent),
                money(basic),
                percent(basic, spent),
                money(project),
                percent(project, spent)
            ),
        ),
        (
            "一般公共预算支出情况说明".to_owned(),
            format!(
                "{year}年度一般公共预算支出{}，主要用于以下方面：{}。",
                money(general),
                classes("；")
            ),
        ),
        (
            "一般公共预算基本支出情况说明".to_owned(),
            format!(
                "{year}年度一般公共预算基本支出{}，其中：人员经费{}；公用经费{}。",
                money(figures.personnel() + figures.operating()),
                money(figures.personnel()),
                money(figures.operating())
            ),
        ),
        (
            "“三公”经费增减变动原因说明".to_owned(),
            format!(
                "{year}年“三公”经费{kind}{}，与上年持平。其中：因公出国（境）费{}；公务接待费{}；公务用车购置费{}；公务用车运行维护费{}。",
                money(three.total()),
                money(three.overseas),
                money(three.reception),
                money(three.purchase),
                money(three.operation)
            ),
        ),
    ];
    if identity.scope == Scope::Department {
        let text = format!("{year}年机关运行经费{kind}{}，与上年持平。", money(figures.operating()));
        sections.push(("机关运行经费增减变动原因说明".to_owned(), text));
    }
    let [goods, works, services] = figures.procurement;
    sections.push((
        "政府采购情况".to_owned(),
        format!(
            "{year}年{}政府采购{kind}总额{}。其中：政府采购货物{kind}{}、政府采购工程{kind}{}、政府采购服务{kind}{}。",
            identity.unit,
            money(goods + works + services),
            money(goods),
            money(works),
            money(services)
        ),
    ));
    sections
}
