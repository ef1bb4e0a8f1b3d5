//! The running text around the forms: cover, contents, duties, figures stated in prose, explanations of terms.

mod sections;
mod texts;

use super::disclosure::{Block, Identity, Printer, Table};
use super::figures::Figures;
use super::prng::Prng;
use super::vocabulary::numeral;
use super::{Size, prose::Prose};
use crate::codes::{Scope, Stage};
use crate::money::MoneyUnit;

/// What the narrative draws on.
pub struct Narrative<'a> {
    /// Whose it is.
    pub identity: &'a Identity,
    /// Its figures.
    pub figures: &'a Figures,
    /// How long it is.
    pub size: Size,
    /// Prints amounts in 万元.
    printer: Printer,
}

impl<'a> Narrative<'a> {
    /// A narrative whose amounts have their thousands grouped or not.
    pub fn new(identity: &'a Identity, figures: &'a Figures, size: Size, grouped: bool) -> Self {
        let printer = Printer {
            unit: MoneyUnit::WAN,
            grouped,
        };
        Self {
            identity,
            figures,
            size,
            printer,
        }
    }

    /// A disclosure's blocks in order: everything around `tables`, and them; `forms` are those of projects.
    pub fn compose(&self, tables: Vec<Table>, forms: Vec<Table>, prng: &mut Prng) -> Vec<Block> {
        let word = self.identity.scope_word();
        let (year, kind) = (self.identity.year, self.kind());
        let parts = [
            "第一部分 概况".to_owned(),
            format!("第二部分 {year}年{word}{kind}报表"),
            format!("第三部分 {year}年度{word}{kind}情况说明"),
            "第四部分 名词解释".to_owned(),
        ];
        let mut blocks = vec![Block::Cover(vec![
            self.identity.unit.clone(),
            format!("{year}年度{word}{kind}公开"),
        ])];
        let mut contents = vec![(parts[0].clone(), 1), (parts[1].clone(), 2)];
        contents.extend(tables.iter().enumerate().map(|(index, table)| (table.title.clone(), index + 2)));
        contents.extend([(parts[2].clone(), tables.len() + 2), (parts[3].clone(), tables.len() + 5)]);
        blocks.push(Block::Contents(contents));
        let [first, second, third, fourth] = parts;
        blocks.push(Block::Heading(1, first));
        blocks.extend(self.duties(prng));
        blocks.push(Block::Heading(1, second));
        blocks.extend(tables.into_iter().map(|table| Block::Table(Box::new(table))));
        blocks.push(Block::Heading(1, third));
        for (index, (title, paragraphs)) in self.sections(prng).into_iter().enumerate() {
            blocks.push(Block::Heading(2, format!("{}、{title}", numeral(index + 1))));
            blocks.extend(paragraphs.into_iter().map(Block::Text));
        }
        blocks.extend(forms.into_iter().map(|table| Block::Table(Box::new(table))));
        blocks.push(Block::Heading(1, fourth));
        let terms = match self.size {
            Size::Small => &texts::TERMS[..2],
            Size::Full => &texts::TERMS[..],
        };
        for (index, (term, meaning)) in terms.iter().enumerate() {
            let text = format!("{}、{term}：{meaning}", numeral(index + 1));
            blocks.push(Block::Text(text.into()));
        }
        blocks
    }

    /// 预算 or 决算.
    fn kind(&self) -> &'static str {
        match self.identity.stage {
            Stage::Budget => "预算",
            Stage::FinalAccount => "决算",
        }
    }

    fn duties(&self, prng: &mut Prng) -> Vec<Block> {
        let identity = self.identity;
        let word = identity.scope_word();
        let belongs = match identity.scope {
            Scope::Department => format!("{}{}年度部门预算和决算由本级及所属单位组成。", identity.unit, identity.year),
            Scope::Unit => format!("{}是{}所属事业单位。", identity.unit, identity.department),
        };
        let mut blocks = vec![Block::Heading(2, format!("一、本{word}职责"))];
        match self.size {
            Size::Small => blocks.push(Block::Text(texts::DUTY.into())),
            Size::Full => {
                let first = prng.below(texts::DUTIES.len());
                let drawn = texts::DUTIES.iter().cycle().skip(first).take(10 + prng.below(6));
                for (index, duty) in drawn.enumerate() {
                    blocks.push(Block::Text(format!("（{}）{duty}", numeral(index + 1)).into()));
                }
            }
        }
        blocks.push(Block::Heading(2, "二、机构设置情况".to_owned()));
        blocks.push(Block::Text(belongs.into()));
        if self.size == Size::Full {
            blocks.push(Block::Text(staff(prng)));
        }
        blocks
    }
}

/// How many people there are.
fn staff(prng: &mut Prng) -> Prose {
    let quota = prng.range(12, 180);
    Prose::from("内设科室8个，分别负责综合、财务、业务和监督工作。人员编制为")
        .count("staff_quota", quota, "人", "person")
        .say("，实有人数为")
        .count("staff_actual", quota - prng.range(0, 9), "人", "person")
        .say("。")
}
