//! The closed vocabularies of the data contract: every code that a column may hold, with its meaning.
//!
//! The codes are the public interface, so they live in code and `budgetlake schema` prints them from here. Which *wording* of a
//! disclosure leads to which code is configuration (`config/`).

use std::fmt;
use std::str::FromStr;

/// A closed vocabulary: a column of codes, written to Arrow as a dictionary that is the same in every batch.
pub trait Code: Copy + Eq + 'static {
    /// All codes in their canonical order; a code's index here is its dictionary key.
    const ALL: &'static [Self];
    /// The code as published, e.g. `general_public_budget`.
    fn code(self) -> &'static str;
    /// What the code means, with the Chinese term.
    fn meaning(self) -> &'static str;
    /// Position in [`Code::ALL`].
    fn index(self) -> usize;
}

/// A word that is no code of the vocabulary it was looked up in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no code of {vocabulary}; one of: {known}")]
pub struct UnknownCode {
    word: String,
    vocabulary: &'static str,
    known: String,
}

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $code:literal : $meaning:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $meaning] $variant,)+ }

        impl Code for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn code(self) -> &'static str { match self { $(Self::$variant => $code,)+ } }
            fn meaning(self) -> &'static str { match self { $(Self::$variant => $meaning,)+ } }
            fn index(self) -> usize { self as usize }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.code()) }
        }

        impl FromStr for $name {
            type Err = UnknownCode;
            fn from_str(word: &str) -> Result<Self, UnknownCode> {
                match word {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(UnknownCode {
                        word: word.to_owned(),
                        vocabulary: stringify!($name),
                        known: [$($code),+].join(", "),
                    }),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }
    };
}

codes! {
    /// Which of the two yearly disclosures a figure comes from.
    Stage {
        Budget = "budget": "预算, the plan of the year",
        FinalAccount = "final_account": "决算, the account of the year",
    }
}

codes! {
    /// Whose figures a disclosure shows.
    Scope {
        Department = "department": "部门, consolidated over the department and its units",
        Unit = "unit": "单位, one unit alone",
    }
}

codes! {
    /// The standard form (表) that a table follows.
    Form {
        Summary = "summary": "收支总表, revenue and expenditure of the body",
        Revenue = "revenue": "收入总表, revenue by functional class and source",
        Expenditure = "expenditure": "支出总表, expenditure by functional class",
        AppropriationSummary = "appropriation_summary": "财政拨款收支总表, fiscal appropriation received and spent",
        GeneralPublicExpenditure = "general_public_expenditure": "一般公共预算支出表, general public budget by functional class",
        BasicExpenditure = "basic_expenditure": "一般公共预算基本支出表, basic expenditure by economic class",
        GovernmentFundRevenue = "government_fund_revenue": "政府性基金预算收入表",
        GovernmentFundExpenditure = "government_fund_expenditure": "政府性基金预算支出表",
        GovernmentFund = "government_fund": "政府性基金预算财政拨款收入支出决算表",
        StateCapital = "state_capital": "国有资本经营预算收支表",
        ThreePublic = "three_public": "“三公”经费表, official travel abroad, receptions and vehicles",
        AgencyOperating = "agency_operating": "机关运行经费表",
        ProjectExpenditure = "project_expenditure": "项目支出预算表（本年预算）",
        ProjectCarryover = "project_carryover": "项目支出预算表（上年结转）",
        DisclosureStatistics = "disclosure_statistics": "部门决算公开相关信息统计表",
        PerformanceTarget = "performance_target": "项目支出绩效目标申报表",
        PerformanceSelfEvaluation = "performance_self_evaluation": "项目支出绩效自评表",
        ProcurementCatalogue = "procurement_catalogue": "政府购买服务指导性目录",
        Other = "other": "a money table that follows none of the standard forms",
    }
}

codes! {
    /// Whether money comes in or goes out.
    Side {
        Revenue = "revenue": "收入",
        Expenditure = "expenditure": "支出",
    }
}

codes! {
    /// Whether a row is an account of its own or sums others.
    RowKind {
        Item = "item": "an account, a project, a unit",
        Total = "total": "合计, a sum over other rows",
    }
}

codes! {
    /// What the row of a form is an account of.
    Classification {
        Functional = "functional": "支出功能分类 (类/款/项)",
        EconomicDepartment = "economic_department": "部门预算支出经济分类 (301…)",
        EconomicGovernment = "economic_government": "政府预算支出经济分类 (501…)",
        Revenue = "revenue": "政府收入分类 (103…) and kinds of revenue (事业收入 …)",
        FundSource = "fund_source": "资金来源: 一般公共预算, 政府性基金, 国有资本经营预算, 财政专户管理资金, 单位资金",
        Project = "project": "项目",
        Unit = "unit": "单位",
        ThreePublic = "three_public": "“三公”经费 items",
        Summary = "summary": "a line of a summary form or table that no classification covers (合计, 结转)",
        FundingSource = "funding_source": "funding of a project by level of government (中央, 省级, 市县, 自筹)",
    }
}

codes! {
    /// What a money column of a form counts.
    Measure {
        Amount = "amount": "a form's only money column (2023年, 金额, 预算数, 决算数)",
        Total = "total": "合计, 小计, 本年收入合计, 本年支出合计",
        CurrentYear = "current_year": "当年预算安排",
        PriorYearCarryover = "prior_year_carryover": "上年结转, 上年结转安排",
        GeneralPublicBudget = "general_public_budget": "一般公共预算",
        GovernmentFund = "government_fund": "政府性基金预算",
        StateCapital = "state_capital": "国有资本经营预算",
        FiscalSpecialAccount = "fiscal_special_account": "财政专户管理资金",
        UnitFunds = "unit_funds": "单位资金",
        Basic = "basic": "基本支出",
        Project = "project": "项目支出",
        Personnel = "personnel": "人员经费",
        Operating = "operating": "公用经费",
        FiscalAppropriation = "fiscal_appropriation": "财政拨款(收入)",
        SuperiorSubsidy = "superior_subsidy": "上级补助收入",
        Institutional = "institutional": "事业收入",
        Business = "business": "经营收入, 事业单位经营收入, 经营支出",
        AffiliatedRemittance = "affiliated_remittance": "附属单位上缴收入",
        Other = "other": "其他收入, 其他支出",
        RemittedToSuperior = "remitted_to_superior": "上缴上级支出",
        AffiliatedSubsidy = "affiliated_subsidy": "对附属单位补助支出",
        OpeningBalance = "opening_balance": "年初结转和结余",
        CurrentRevenue = "current_revenue": "本年收入 as a column of a fund table",
        ClosingBalance = "closing_balance": "年末结转和结余",
        Budget = "budget": "预算数 beside 决算数",
        Final = "final": "决算数 beside 预算数",
        ImplementationPeriod = "implementation_period": "实施期资金",
        Annual = "annual": "年度资金",
        TargetDeclared = "target_declared": "目标申报数",
        BudgetAllocated = "budget_allocated": "预算编制数",
        AnnualBudget = "annual_budget": "全年预算数",
        Executed = "executed": "全年执行数",
        Balance = "balance": "资金结(转)余",
        Unknown = "unknown": "a money column of an `other` table whose header says none of these",
    }
}

codes! {
    /// Stable key of a standard line that has no official code.
    Item {
        FiscalAppropriation = "fiscal_appropriation": "财政拨款收入, where its three parts follow",
        GeneralPublicBudget = "general_public_budget": "一般公共预算",
        GovernmentFund = "government_fund": "政府性基金预算",
        StateCapital = "state_capital": "国有资本经营预算",
        FiscalSpecialAccount = "fiscal_special_account": "财政专户管理资金",
        UnitFunds = "unit_funds": "单位资金",
        SuperiorSubsidy = "superior_subsidy": "上级补助收入",
        Institutional = "institutional": "事业收入",
        Business = "business": "事业单位经营收入",
        AffiliatedRemittance = "affiliated_remittance": "附属单位上缴收入",
        Other = "other": "其他收入, 其他资金",
        CurrentRevenueTotal = "current_revenue_total": "本年收入合计",
        PriorYearCarryover = "prior_year_carryover": "上年结转, 年初结转和结余",
        CarryoverGeneralPublicBudget = "carryover_general_public_budget": "上年结转 of it: 一般公共预算",
        CarryoverGovernmentFund = "carryover_government_fund": "上年结转 of it: 政府性基金预算",
        CarryoverStateCapital = "carryover_state_capital": "上年结转 of it: 国有资本经营预算",
        SurplusUsed = "surplus_used": "使用非财政拨款结余",
        RevenueTotal = "revenue_total": "收入总计",
        CurrentExpenditureTotal = "current_expenditure_total": "本年支出合计",
        YearEndCarryover = "year_end_carryover": "年终结转, 年末结转和结余",
        SurplusDistribution = "surplus_distribution": "结余分配",
        ExpenditureTotal = "expenditure_total": "支出总计",
        Total = "total": "合计 of a classified form",
        PersonnelTotal = "personnel_total": "人员经费合计",
        OperatingTotal = "operating_total": "公用经费合计",
        ThreePublicTotal = "three_public_total": "“三公”经费合计",
        Overseas = "overseas": "因公出国（境）费",
        Reception = "reception": "公务接待费",
        Vehicle = "vehicle": "公务用车购置及运行费",
        VehiclePurchase = "vehicle_purchase": "公务用车购置费",
        VehicleOperation = "vehicle_operation": "公务用车运行维护费",
        ProcurementTotal = "procurement_total": "政府采购合计",
        ProcurementGoods = "procurement_goods": "政府采购货物",
        ProcurementWorks = "procurement_works": "政府采购工程",
        ProcurementServices = "procurement_services": "政府采购服务",
        OperatingAdministrative = "operating_administrative": "机关运行经费: 行政单位",
        OperatingCivilServiceManaged = "operating_civil_service_managed": "机关运行经费: 参照公务员法管理事业单位",
        AgencyOperating = "agency_operating": "机关运行经费 as one figure in another form's table",
        FundingTotal = "funding_total": "资金总额",
        Central = "central": "中央财政资金",
        Provincial = "provincial": "省级财政资金",
        Municipal = "municipal": "市县（区）财政资金",
        SelfRaised = "self_raised": "单位自筹",
    }
}

codes! {
    /// The file format of a source.
    SourceFormat {
        Text = "text": "plain or converted text",
        Html = "html": "web page",
        Xlsx = "xlsx": "workbook (Office Open XML)",
        Xls = "xls": "workbook (BIFF)",
        Ods = "ods": "workbook (OpenDocument)",
        Docx = "docx": "Word document (Office Open XML)",
        Pdf = "pdf": "PDF",
    }
}

codes! {
    /// How the cells of a table were told apart in its source.
    Layout {
        Tabbed = "tabbed": "cells divided by tabs",
        Linear = "linear": "cells divided by single spaces, names wrapped over lines",
        Aligned = "aligned": "columns by position",
        Pipes = "pipes": "cells divided by |",
        Stacked = "stacked": "one cell a line",
        Ruled = "ruled": "cells between drawn rules",
        Sheet = "sheet": "cells of a workbook",
        Markup = "markup": "cells of a web page or Word document",
    }
}

codes! {
    /// How bad a reject is.
    Severity {
        Error = "error": "nothing usable came of the file",
        Warning = "warning": "a part was left out or guessed",
    }
}

codes! {
    /// Why something was left out, guessed or not read: the stable codes of `rejects`.
    RejectCode {
        EmptyFile = "empty_file": "the file has no content",
        Unreadable = "unreadable": "the file could not be opened or read",
        Vanished = "vanished": "the file was there when the directory was walked and gone when it was read",
        Changed = "changed": "the file changed while it was being read",
        NotRegular = "not_regular": "no regular file (a FIFO, socket or device)",
        LinkLoop = "link_loop": "a symbolic link that leads back to a directory above it",
        TooLarge = "too_large": "the file is larger than the configured limit",
        Binary = "binary": "binary content that is no supported format",
        Scanned = "scanned": "pages that are images without a text layer",
        Damaged = "damaged": "the file is cut off or its content is broken, so that what is left of it cannot be trusted",
        Encrypted = "encrypted": "the file asks for a password",
        LimitReached = "limit_reached": "reading the file would have taken more than the configured limits allow",
        UnmappedText = "unmapped_text": "characters whose meaning the file does not say",
        Hidden = "hidden": "hidden sheets, rows or columns of a workbook, which were left out",
        Template = "template": "a blank form whose placeholders nobody has filled in",
        UnsupportedFormat = "unsupported_format": "a format that is not read; convert it first",
        EncodingUndetectable = "encoding_undetectable": "no encoding decodes the bytes",
        EncodingErrors = "encoding_errors": "some bytes did not decode and were replaced",
        LineTooLong = "line_too_long": "a line longer than the configured limit was left out",
        RowTooWide = "row_too_wide": "a table row with more cells than the configured limit was left out",
        NotADisclosure = "not_a_disclosure": "no form of a budget or final account was found",
        Truncated = "truncated": "the file ends in the middle of a table",
        FormWithoutTable = "form_without_table": "a form's title without a table that could be read",
        UnknownForm = "unknown_form": "a money table that follows no standard form, loaded as `other`",
        UnknownColumn = "unknown_column": "a money column whose header is not known",
        MissingUnit = "missing_unit": "no money unit is printed for the table; that of its neighbours was taken",
        NoUnit = "no_unit": "no money unit anywhere, so the table's amounts were left out",
        BadAmount = "bad_amount": "a cell of a money column that is no amount",
        AmountRange = "amount_range": "an amount past the range of Decimal(20,2)",
        AmountInexact = "amount_inexact": "an amount with a fraction of a cent",
        ExtraCells = "extra_cells": "cells beyond the table's columns",
        AmbiguousColumn = "ambiguous_column": "amounts whose columns could not be told; left out",
        SolverLimit = "solver_limit": "the search for columns was given up at its limit",
        UnnamedRow = "unnamed_row": "amounts in a row without code or name",
        MissingYear = "missing_year": "the fiscal year could not be told",
        MissingCity = "missing_city": "the city could not be told",
        MissingDepartment = "missing_department": "no department is named; the unit stands in for it",
        NoBody = "no_body": "neither department nor unit could be told",
        MissingStage = "missing_stage": "neither budget nor final account could be told; budget was taken",
        IdentityConflict = "identity_conflict": "evidence for the identity disagrees; the heavier was taken",
        LostCells = "lost_cells": "a form, or a part of one, that cannot be told apart without its cells, which the layout has lost; left out",
        LostColumn = "lost_column": "a table whose cells stand under the wrong headers since a column is gone; its amounts were left out",
        OddFigure = "odd_figure": "a figure that is printed otherwise than all others of the file, as page and line numbers are; left out with its row",
        IncompleteForm = "incomplete_form": "a form without its name, its head or its foot",
        DuplicateForm = "duplicate_form": "the same form is printed twice",
        BadIndicator = "bad_indicator": "an indicator row that could not be understood",
        BadFact = "bad_fact": "a stated figure that could not be understood",
    }
}

codes! {
    /// Which of the two targets of a performance form an indicator belongs to.
    Horizon {
        ImplementationPeriod = "implementation_period": "实施期目标",
        Annual = "annual": "年度目标",
    }
}

codes! {
    /// 一级指标, the first level of performance indicators.
    Dimension {
        Output = "output": "产出指标",
        Benefit = "benefit": "效益指标",
        Satisfaction = "satisfaction": "满意度指标",
    }
}

codes! {
    /// 二级指标, the second level of performance indicators.
    Category {
        Quantity = "quantity": "数量指标",
        Quality = "quality": "质量指标",
        Timeliness = "timeliness": "时效指标",
        Cost = "cost": "成本指标",
        Economic = "economic": "经济效益指标",
        Social = "social": "社会效益指标",
        Ecological = "ecological": "生态效益指标",
        Sustainability = "sustainability": "可持续影响指标",
        ServiceSatisfaction = "service_satisfaction": "服务对象满意度指标",
    }
}

codes! {
    /// How a target or actual value is bounded, where an operator is printed.
    Operator {
        AtLeast = ">=": "≥, 不少于 as a sign",
        AtMost = "<=": "≤",
        Equal = "=": "＝",
        MoreThan = ">": "＞",
        LessThan = "<": "＜",
    }
}

codes! {
    /// How a check came out.
    CheckStatus {
        Pass = "pass": "the figures agree within the tolerance",
        Fail = "fail": "the figures contradict each other",
        Notice = "notice": "worth a look, no contradiction",
        NotApplicable = "not_applicable": "could not be checked; `message` says why",
    }
}

codes! {
    /// What the figures of a check count.
    CheckUnit {
        Yuan = "yuan": "yuan",
        Percent = "percent": "percent",
        Points = "points": "points of a score, weights",
        Forms = "forms": "forms, tables",
        Things = "things": "vehicles, projects, words, names",
    }
}

codes! {
    /// What a stated figure is compared with.
    Comparison {
        PriorYear = "prior_year": "上年, the year before",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip_and_keep_their_index() {
        for (index, measure) in Measure::ALL.iter().enumerate() {
            assert_eq!(measure.index(), index);
            assert_eq!(measure.code().parse::<Measure>(), Ok(*measure));
        }
        assert!("nonsense".parse::<Measure>().is_err());
    }
}
