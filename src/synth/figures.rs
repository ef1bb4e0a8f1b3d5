//! The figures of a generated disclosure: leaves in whole yuan, everything else their sums.

use super::Size;
use super::economic;
use super::prng::Prng;
use super::profiles::Profile;
use super::vocabulary::{self as words, Account};

/// Where money comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// 一般公共预算.
    General,
    /// 政府性基金.
    Fund,
    /// 财政专户管理资金; in a final account 事业收入.
    Special,
    /// 单位资金; in a final account 其他收入.
    Unit,
}

impl Source {
    /// All, in the order of the forms' columns.
    pub const ALL: [Self; 4] = [Self::General, Self::Fund, Self::Special, Self::Unit];
}

/// 基本支出 and 项目支出 in yuan.
#[derive(Debug, Clone, Copy, Default)]
pub struct Split {
    /// 基本支出.
    pub basic: i64,
    /// 项目支出.
    pub project: i64,
}

/// The figures of one 项.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The account.
    pub account: Account,
    /// Spending by source.
    pub spending: [Split; 4],
    /// General public money left over from last year.
    pub opening: i64,
    /// General public money left over for next year.
    pub closing: i64,
}

impl Leaf {
    /// Spent of a source.
    pub fn spent(&self, source: Source) -> i64 {
        let split = self.spending[source as usize];
        split.basic + split.project
    }

    /// Received from a source: what is spent and kept, less what was left over.
    pub fn received(&self, source: Source) -> i64 {
        let carried = if source == Source::General {
            self.closing - self.opening
        } else {
            0
        };
        self.spent(source) + carried
    }

    /// 基本支出 of all sources.
    pub fn basic(&self) -> i64 {
        self.spending.iter().map(|split| split.basic).sum()
    }

    /// 项目支出 of all sources.
    pub fn project(&self) -> i64 {
        self.spending.iter().map(|split| split.project).sum()
    }
}

/// An account of the economic classification with its amount.
#[derive(Debug, Clone)]
pub struct Economic {
    /// The five-digit code.
    pub code: &'static str,
    /// Yuan.
    pub yuan: i64,
}

/// A project of this year's budget.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Who pays.
    pub source: Source,
    /// Yuan.
    pub yuan: i64,
    /// Index of the unit that has it; 0 is the department itself.
    pub owner: usize,
}

/// “三公”经费 in yuan.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreePublic {
    /// 因公出国（境）费.
    pub overseas: i64,
    /// 公务接待费.
    pub reception: i64,
    /// 公务用车购置费.
    pub purchase: i64,
    /// 公务用车运行维护费.
    pub operation: i64,
}

impl ThreePublic {
    /// 公务用车购置及运行费.
    pub fn vehicles(&self) -> i64 {
        self.purchase + self.operation
    }

    /// 合计.
    pub fn total(&self) -> i64 {
        self.overseas + self.reception + self.vehicles()
    }
}

/// All figures of a disclosure.
#[derive(Debug, Clone)]
pub struct Figures {
    /// By function, in the order of codes.
    pub leaves: Vec<Leaf>,
    /// Basic expenditure by economic account, in the order of codes.
    pub economic: Vec<Economic>,
    /// The projects.
    pub projects: Vec<Project>,
    /// Spent on “三公” (in a budget: planned).
    pub three_public: ThreePublic,
    /// Planned for “三公” (in a budget the same).
    pub three_public_budget: ThreePublic,
    /// Procurement: goods, works, services.
    pub procurement: [i64; 3],
    /// Last year's total.
    pub last_year: i64,
}

/// A row of a tree of accounts: 类, 款 or 项 with its sums.
#[derive(Debug, Clone)]
pub struct TreeRow<const N: usize> {
    /// The code.
    pub code: &'static str,
    /// The name.
    pub name: &'static str,
    /// One sum a column.
    pub values: [i64; N],
}

impl Figures {
    /// Sum over all leaves.
    pub fn sum(&self, value: impl Fn(&Leaf) -> i64) -> i64 {
        self.leaves.iter().map(value).sum()
    }

    /// The sum over the leaves of a class.
    pub fn class_sum(&self, class: &str, value: impl Fn(&Leaf) -> i64) -> i64 {
        self.leaves.iter().filter(|leaf| leaf.account.class.0 == class).map(value).sum()
    }

    /// 类, 款 and 项 with their sums, without rows that are nothing but zeros.
    pub fn tree<const N: usize>(&self, values: impl Fn(&Leaf) -> [i64; N]) -> Vec<TreeRow<N>> {
        let sum = |code: &str| {
            let mut sums = [0; N];
            for leaf in self.leaves.iter().filter(|leaf| leaf.account.item.0.starts_with(code)) {
                sums.iter_mut().zip(values(leaf)).for_each(|(sum, value)| *sum += value);
            }
            sums
        };
        let mut rows: Vec<TreeRow<N>> = Vec::new();
        for leaf in &self.leaves {
            for (code, name) in [leaf.account.class, leaf.account.group, leaf.account.item] {
                if rows.iter().all(|row| row.code != code) {
                    let values = sum(code);
                    rows.push(TreeRow { code, name, values });
                }
            }
        }
        rows.retain(|row| row.values.iter().any(|value| *value != 0));
        rows
    }

    /// Basic expenditure under an economic code.
    pub fn economic_sum(&self, code: &str) -> i64 {
        self.economic
            .iter()
            .filter(|leaf| leaf.code.starts_with(code))
            .map(|leaf| leaf.yuan)
            .sum()
    }

    /// 人员经费.
    pub fn personnel(&self) -> i64 {
        self.economic
            .iter()
            .filter(|leaf| economic::is_personnel(leaf.code))
            .map(|leaf| leaf.yuan)
            .sum()
    }

    /// 公用经费.
    pub fn operating(&self) -> i64 {
        self.economic_sum("") - self.personnel()
    }
}

/// Amounts are multiples of this many yuan, so that 万元 with two decimals print them exactly.
const GRAIN: i64 = 100;

/// Draws the figures of a disclosure. `fine` allows single yuan (for disclosures in 元); `account` draws balances left over.
pub fn draw(prng: &mut Prng, profile: &Profile, size: Size, fine: bool, account: bool) -> Figures {
    let three_public = ThreePublic {
        overseas: if prng.chance(10) { prng.range(50, 900) * GRAIN } else { 0 },
        reception: if prng.chance(50) { prng.range(10, 400) * GRAIN } else { 0 },
        purchase: 0,
        operation: if prng.chance(80) { prng.range(100, 2_000) * GRAIN } else { 0 },
    };
    let economic = draw_economic(prng, three_public, fine);
    let projects = draw_projects(prng, size, fine);
    let mut leaves = leaves_of(profile, &economic, &projects, size == Size::Full);
    if account {
        let main = leaves.iter_mut().find(|leaf| leaf.account.item == profile.running);
        if let Some(leaf) = main.filter(|_| prng.chance(70)) {
            leaf.opening = prng.range(1, 500) * GRAIN;
            leaf.closing = if prng.chance(50) { prng.range(1, 500) * GRAIN } else { 0 };
        }
    }
    let spare = if account { prng.range(0, 30) * GRAIN } else { 0 };
    let three_public_budget = ThreePublic {
        operation: if three_public.operation > 0 {
            three_public.operation + spare
        } else {
            0
        },
        ..three_public
    };
    let procurement = [prng.range(5, 900) * GRAIN, 0, prng.range(0, 900) * GRAIN];
    let total: i64 = leaves.iter().map(|leaf| leaf.basic() + leaf.project()).sum();
    let last_year = total / GRAIN * prng.range(80, 120) / 100 * GRAIN;
    Figures {
        leaves,
        economic,
        projects,
        three_public,
        three_public_budget,
        procurement,
        last_year,
    }
}

fn draw_economic(prng: &mut Prng, three_public: ThreePublic, fine: bool) -> Vec<Economic> {
    // Code, least and most in thousands of yuan, how often in a hundred.
    const RANGES: [(&str, i64, i64, i64); 26] = [
        ("30101", 400, 4_000, 100),
        ("30102", 200, 2_500, 100),
        ("30103", 40, 900, 90),
        ("30107", 100, 1_800, 40),
        ("30108", 120, 900, 100),
        ("30109", 50, 400, 60),
        ("30110", 60, 450, 100),
        ("30112", 2, 60, 90),
        ("30113", 100, 900, 100),
        ("30199", 10, 200, 20),
        ("30201", 10, 200, 100),
        ("30202", 2, 40, 40),
        ("30207", 1, 20, 40),
        ("30211", 5, 120, 60),
        ("30213", 2, 60, 25),
        ("30216", 2, 40, 30),
        ("30226", 5, 90, 50),
        ("30227", 5, 120, 30),
        ("30228", 10, 80, 100),
        ("30229", 10, 140, 90),
        ("30239", 20, 400, 70),
        ("30299", 3, 90, 80),
        ("30301", 60, 600, 30),
        ("30302", 40, 900, 70),
        ("30309", 1, 12, 60),
        ("31002", 5, 90, 25),
    ];
    let mut economic: Vec<Economic> = Vec::with_capacity(RANGES.len() + 3);
    for (code, low, high, often) in RANGES {
        if prng.chance(often) {
            let hundreds = prng.range(low * 10, high * 10) * GRAIN;
            let odd = if fine && economic::is_personnel(code) {
                prng.range(0, 99)
            } else {
                0
            };
            economic.push(Economic {
                code,
                yuan: hundreds + odd,
            });
        }
    }
    let travel = [
        ("30212", three_public.overseas),
        ("30217", three_public.reception),
        ("30231", three_public.operation),
    ];
    economic.extend(
        travel
            .into_iter()
            .filter(|(_, yuan)| *yuan > 0)
            .map(|(code, yuan)| Economic { code, yuan }),
    );
    economic.sort_by_key(|leaf| leaf.code);
    economic
}

fn draw_projects(prng: &mut Prng, size: Size, fine: bool) -> Vec<Project> {
    let count = match size {
        Size::Small => prng.range(3, 7),
        Size::Full => prng.range(14, 60),
    };
    let (fund, special, unit) = (prng.chance(35), prng.chance(15), prng.chance(25));
    let mut projects: Vec<Project> = Vec::new();
    for index in 0..usize::try_from(count).unwrap_or(1) {
        let topic = words::TOPICS[(index * 7 + prng.below(3)) % words::TOPICS.len()];
        let name = format!("{topic}{}", prng.pick(&words::PROJECT_KINDS));
        let source = match index {
            1 if fund => Source::Fund,
            2 if special => Source::Special,
            3 if unit => Source::Unit,
            _ => Source::General,
        };
        let odd = if fine { prng.range(0, 99) } else { 0 };
        let yuan = prng.range(30, 20_000) * GRAIN + odd;
        let owner = if index < 4 {
            0
        } else {
            index * 3 / (usize::try_from(count).unwrap_or(1) + 1)
        };
        if projects.iter().all(|project| project.name != name) {
            projects.push(Project { name, source, yuan, owner });
        }
    }
    projects
}

fn leaves_of(profile: &Profile, economic: &[Economic], projects: &[Project], full: bool) -> Vec<Leaf> {
    let mut leaves: Vec<Leaf> = Vec::new();
    let mut add = |account: Account, source: Source, basic: i64, project: i64| {
        if basic + project == 0 {
            return;
        }
        let position = leaves.iter().position(|leaf| leaf.account == account).unwrap_or_else(|| {
            leaves.push(Leaf {
                account,
                spending: [Split::default(); 4],
                opening: 0,
                closing: 0,
            });
            leaves.len() - 1
        });
        let split = &mut leaves[position].spending[source as usize];
        split.basic += basic;
        split.project += project;
    };
    for leaf in economic {
        let account = match leaf.code {
            "30108" => words::PENSION,
            "30109" => words::ANNUITY,
            "30110" => words::MEDICAL,
            "30113" => words::HOUSING_FUND,
            "30199" => words::RENT,
            "30302" if full => words::RETIRED_OF_UNITS,
            "30301" | "30302" => words::RETIRED,
            "30103" if full => words::HOUSING_GRANTS,
            "30309" if full => words::FUNERALS,
            "30112" if full => words::MEDICAL_OF_UNITS,
            "30299" if full => words::MEDICAL_OF_OFFICIALS,
            _ => profile.account(profile.running),
        };
        add(account, Source::General, leaf.yuan, 0);
    }
    for (index, project) in projects.iter().enumerate() {
        let account = match (project.source, index % 6) {
            (Source::Fund, _) => words::LAND,
            (_, 0) => profile.account(profile.other),
            (Source::General, 4) => words::DISABLED,
            _ => profile.account(profile.general),
        };
        add(account, project.source, 0, project.yuan);
    }
    leaves.sort_by_key(|leaf| leaf.account.item.0);
    leaves
}
