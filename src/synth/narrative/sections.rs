//! 情况说明: the sections that state the figures of the forms.

use super::{Narrative, texts};
use crate::codes::{Scope, Stage};
use crate::synth::Size;
use crate::synth::figures::Source;
use crate::synth::prng::Prng;
use crate::synth::prose::Prose;
use crate::synth::vocabulary::CLASSES;

/// A section: its title and its paragraphs.
type Section = (String, Vec<Prose>);

const REVENUE_CHANGE: [&str; 2] = ["revenue_change", "revenue_change_percent"];
const EXPENDITURE_CHANGE: [&str; 2] = ["expenditure_change", "expenditure_change_percent"];
const GENERAL_CHANGE: [&str; 2] = ["general_public_change", "general_public_change_percent"];
const AGENCY_CHANGE: [&str; 2] = ["agency_operating_change", "agency_operating_change_percent"];

impl Narrative<'_> {
    /// The sections in their order.
    pub(super) fn sections(&self, prng: &mut Prng) -> Vec<Section> {
        let mut sections = match self.size {
            Size::Small => vec![self.totals(), self.expenditure(), self.general()],
            Size::Full => vec![
                self.totals_at_length(prng),
                self.revenue(),
                self.expenditure(),
                self.fiscal(),
                self.general_at_length(prng),
            ],
        };
        sections.extend([self.basic(), self.three_public()]);
        if self.identity.scope == Scope::Department {
            sections.push(self.agency(prng));
        }
        sections.push(self.procurement());
        if self.size == Size::Full {
            sections.extend([self.performance(), assets(prng)]);
        }
        sections
    }

    /// Received and left over, spent and kept.
    fn both_totals(&self) -> (i64, i64) {
        let figures = self.figures;
        let income = figures.sum(|leaf| Source::ALL.iter().map(|source| leaf.received(*source)).sum());
        let (opening, closing) = (figures.sum(|leaf| leaf.opening), figures.sum(|leaf| leaf.closing));
        (income + opening, self.spent() + closing)
    }

    fn spent(&self) -> i64 {
        self.figures.sum(|leaf| leaf.basic() + leaf.project())
    }

    fn general_spent(&self) -> i64 {
        self.figures.sum(|leaf| leaf.spent(Source::General))
    }

    fn totals(&self) -> Section {
        let (income, spent) = self.both_totals();
        let text = Prose::from(format!("{}年度收入总计", self.identity.year))
            .money("revenue_total", self.printer, income)
            .say("，支出总计")
            .money("expenditure_total", self.printer, spent)
            .say("。与上年相比，收入总计")
            .change(
                REVENUE_CHANGE,
                self.printer,
                (income, self.figures.last_year),
                Some("项目安排有所调整"),
            );
        let title = format!("{}{}收支数据变动情况及原因", self.identity.scope_word(), self.kind());
        (title, vec![text])
    }

    fn totals_at_length(&self, prng: &mut Prng) -> Section {
        let ((income, spent), year, kind) = (self.both_totals(), self.identity.year, self.kind());
        let opening = self.figures.sum(|leaf| leaf.opening);
        let compared = *prng.pick(&["比上年", "与上年相比", "较上年"]);
        let reason = *prng.pick(&texts::REASONS);
        let revenue = Prose::from(format!("{year}年度{kind}收入总计"))
            .money("revenue_total", self.printer, income)
            .say("，其中：本年收入")
            .money("revenue_current", self.printer, income - opening)
            .say("，上年结转")
            .aside(self.printer, opening)
            .say("，")
            .say(compared)
            .change(REVENUE_CHANGE, self.printer, (income, self.figures.last_year), Some(reason));
        let expenditure = Prose::from(format!("{year}年度{kind}支出总计"))
            .money("expenditure_total", self.printer, spent)
            .say("，其中：本年支出")
            .money("expenditure_current", self.printer, self.spent())
            .say("，")
            .say(compared)
            .change(EXPENDITURE_CHANGE, self.printer, (spent, self.figures.last_year), Some(reason));
        let title = format!("{}{kind}收支数据变动情况及原因", self.identity.scope_word());
        (title, vec![revenue, expenditure])
    }

    fn revenue(&self) -> Section {
        let received = |source| self.figures.sum(|leaf| leaf.received(source));
        let [general, fund, special, unit] = Source::ALL.map(received);
        let all = general + fund + special + unit;
        let parts = [
            ("一般公共预算财政拨款收入", general),
            ("政府性基金预算财政拨款收入", fund),
            ("国有资本经营预算财政拨款收入", 0),
        ];
        let text = Prose::from(format!("{}年度本年收入合计", self.identity.year)).money("revenue_current", self.printer, all);
        let mut text = text.say("，其中：");
        for (index, (name, yuan)) in parts.into_iter().enumerate() {
            text = text.say(if index == 0 { "" } else { "；" }).say(name).aside(self.printer, yuan);
        }
        (format!("收入{}情况说明", self.kind()), vec![text.say("。")])
    }

    fn expenditure(&self) -> Section {
        let (basic, project) = (self.figures.sum(|leaf| leaf.basic()), self.figures.sum(|leaf| leaf.project()));
        let (spent, kind) = (self.spent(), self.kind());
        let text = Prose::from(format!("{}年度支出{kind}", self.identity.year))
            .money("expenditure_total", self.printer, spent)
            .say("，其中：基本支出")
            .money("basic_expenditure", self.printer, basic)
            .say("，占")
            .percent("basic_expenditure_share", basic, spent)
            .say("；项目支出")
            .money("project_expenditure", self.printer, project)
            .say("，占")
            .percent("project_expenditure_share", project, spent)
            .say("。");
        (format!("支出{kind}情况说明"), vec![text])
    }

    fn fiscal(&self) -> Section {
        let both = |code: &str| {
            self.figures
                .class_sum(code, |leaf| leaf.spent(Source::General) + leaf.spent(Source::Fund))
        };
        let mut text = Prose::from(format!("{}年度财政拨款收支总预算", self.identity.year));
        if self.identity.stage == Stage::FinalAccount {
            text = Prose::from(format!("{}年度财政拨款收支总决算", self.identity.year));
        }
        text = text
            .aside(
                self.printer,
                self.figures.sum(|leaf| leaf.spent(Source::General) + leaf.spent(Source::Fund)),
            )
            .say("。支出包括：");
        let mut first = true;
        for (code, name) in CLASSES {
            let yuan = both(code);
            if yuan != 0 {
                text = text.say(if first { "" } else { "、" }).say(name);
                text = text.money_of("function_expenditure", name, self.printer, yuan);
                first = false;
            }
        }
        (format!("财政拨款收支{}总体情况说明", self.kind()), vec![text.say("。")])
    }

    /// Every class with its share.
    fn classes(&self, mut text: Prose) -> Prose {
        let all = self.general_spent();
        let mut first = true;
        for (code, name) in CLASSES {
            let yuan = self.figures.class_sum(code, |leaf| leaf.spent(Source::General));
            if yuan == 0 {
                continue;
            }
            text = text
                .say(if first { "" } else { "；" })
                .say(name)
                .money_of("function_expenditure", name, self.printer, yuan)
                .say("，占")
                .percent_of("function_share", name, yuan, all);
            first = false;
        }
        text.say("。")
    }

    fn general(&self) -> Section {
        let text = Prose::from(format!("{}年度一般公共预算支出", self.identity.year))
            .money("general_public_expenditure", self.printer, self.general_spent())
            .say("，主要用于以下方面：");
        ("一般公共预算支出情况说明".to_owned(), vec![self.classes(text)])
    }

    fn general_at_length(&self, prng: &mut Prng) -> Section {
        let (year, all) = (self.identity.year, self.general_spent());
        let before = all - all / 1_000 * prng.range(-90, 120) / 100 * 100;
        let size = Prose::from(format!("{year}年度一般公共预算支出"))
            .money("general_public_expenditure", self.printer, all)
            .say("，比上年")
            .change(GENERAL_CHANGE, self.printer, (all, before), Some(*prng.pick(&texts::REASONS)));
        let uses = Prose::from(format!("{year}年度一般公共预算支出"))
            .money("general_public_expenditure", self.printer, all)
            .say("，主要用于以下方面：");
        ("一般公共预算支出情况说明".to_owned(), vec![size, self.classes(uses)])
    }

    fn basic(&self) -> Section {
        let (personnel, operating) = (self.figures.personnel(), self.figures.operating());
        let mut text = Prose::from(format!("{}年度一般公共预算基本支出", self.identity.year))
            .money("fiscal_basic_expenditure", self.printer, personnel + operating)
            .say("，其中：人员经费")
            .money("personnel_expenditure", self.printer, personnel);
        if self.size == Size::Full {
            text = text.say("，主要包括：基本工资、津贴补贴、奖金、机关事业单位基本养老保险缴费、住房公积金等");
        }
        text = text.say("；公用经费").money("operating_expenditure", self.printer, operating);
        if self.size == Size::Full {
            text = text.say("，主要包括：办公费、印刷费、邮电费、差旅费、公务用车运行维护费等");
        }
        ("一般公共预算基本支出情况说明".to_owned(), vec![text.say("。")])
    }

    fn three_public(&self) -> Section {
        let (three, kind) = (self.figures.three_public, self.kind());
        let text = Prose::from(format!("{}年“三公”经费{kind}", self.identity.year))
            .money("three_public_total", self.printer, three.total())
            .say("，与上年持平。其中：因公出国（境）费")
            .money("three_public_overseas", self.printer, three.overseas)
            .say("；公务接待费")
            .money("three_public_reception", self.printer, three.reception)
            .say("；公务用车购置费")
            .money("three_public_vehicle_purchase", self.printer, three.purchase)
            .say("；公务用车运行维护费")
            .money("three_public_vehicle_operation", self.printer, three.operation)
            .say("。");
        ("“三公”经费增减变动原因说明".to_owned(), vec![text])
    }

    fn agency(&self, prng: &mut Prng) -> Section {
        let now = self.figures.operating();
        let text = Prose::from(format!("{}年机关运行经费{}", self.identity.year, self.kind())).money("agency_operating", self.printer, now);
        let text = match self.size {
            Size::Small => text.say("，与上年持平。"),
            Size::Full => {
                let before = (now + prng.range(-200, 200) * 100).max(100);
                text.say("，比上年")
                    .change(AGENCY_CHANGE, self.printer, (now, before), Some(*prng.pick(&texts::REASONS)))
            }
        };
        ("机关运行经费增减变动原因说明".to_owned(), vec![text])
    }

    fn procurement(&self) -> Section {
        let (identity, kind) = (self.identity, self.kind());
        let [goods, works, services] = self.figures.procurement;
        let text = Prose::from(format!("{}年{}政府采购{kind}总额", identity.year, identity.unit))
            .money("procurement_total", self.printer, goods + works + services)
            .say(&format!("。其中：政府采购货物{kind}"))
            .money("procurement_goods", self.printer, goods)
            .say(&format!("、政府采购工程{kind}"))
            .money("procurement_works", self.printer, works)
            .say(&format!("、政府采购服务{kind}"))
            .money("procurement_services", self.printer, services)
            .say("。");
        ("政府采购情况".to_owned(), vec![text])
    }

    fn performance(&self) -> Section {
        let projects = &self.figures.projects;
        let general = projects.iter().filter(|project| project.source == Source::General);
        let text = Prose::from(format!("{}年实行绩效目标管理的项目", self.identity.year))
            .count("performance_projects", i64::try_from(projects.len()).unwrap_or(0), "个", "project")
            .say("，涉及一般公共预算当年拨款")
            .money("performance_amount", self.printer, general.map(|project| project.yuan).sum())
            .say("。");
        ("绩效管理情况".to_owned(), vec![texts::ON_PERFORMANCE.into(), text])
    }
}

fn assets(prng: &mut Prng) -> Section {
    let (confidential, emergency, other) = (prng.range(0, 3), prng.range(0, 4), prng.range(0, 3));
    let vehicles = Prose::from("本年末共有车辆")
        .count("vehicles_total", confidential + emergency + other, "辆", "vehicle")
        .say("，其中：");
    let mut vehicles = vehicles;
    let kinds = [
        ("机要通信用车", "vehicles_confidential_communication", confidential),
        ("应急保障用车", "vehicles_emergency", emergency),
        ("其他用车", "vehicles_other", other),
    ];
    for (index, (name, fact, number)) in kinds.into_iter().enumerate() {
        vehicles = vehicles
            .say(if index == 0 { "" } else { "、" })
            .say(name)
            .count(fact, number, "辆", "vehicle");
        if let Some(last) = vehicles.facts.last_mut() {
            last.subject = Some(name.to_owned());
        }
    }
    let equipment = Prose::from("单价100万元（含）以上设备（不含车辆）").count("equipment_over_1m", prng.range(0, 2), "台（套）", "set");
    ("国有资产占有使用情况".to_owned(), vec![vehicles.say("。"), equipment.say("。")])
}
