//! The indicators that generated performance target forms draw from.

use crate::codes::{Category, Operator};

/// An indicator: its name, its target as printed, and what a perfect reading makes of the target.
#[derive(Debug)]
pub struct Choice {
    pub name: &'static str,
    pub target: &'static str,
    pub operator: Option<Operator>,
    /// The number with its printed digits, without commas.
    pub value: Option<&'static str>,
    pub unit: Option<&'static str>,
}

const fn measured(name: &'static str, target: &'static str, operator: Option<Operator>, value: &'static str, unit: &'static str) -> Choice {
    Choice {
        name,
        target,
        operator,
        value: Some(value),
        unit: Some(unit),
    }
}

const fn words(name: &'static str, target: &'static str) -> Choice {
    Choice {
        name,
        target,
        operator: None,
        value: None,
        unit: None,
    }
}

const AT_LEAST: Option<Operator> = Some(Operator::AtLeast);
const AT_MOST: Option<Operator> = Some(Operator::AtMost);

/// A 二级指标 and what is drawn below it.
#[derive(Debug)]
pub struct Level {
    pub category: Category,
    /// The 一级指标, where it begins with this one.
    pub dimension_label: &'static str,
    pub label: &'static str,
    /// How the forms leave it empty, in percent.
    pub empty: i64,
    pub choices: &'static [Choice],
}

/// Every 二级指标 in printed order.
pub const LEVELS: [Level; 9] = [
    Level {
        category: Category::Quantity,
        dimension_label: "产出指标",
        label: "数量指标",
        empty: 0,
        choices: &[
            measured("完成工作任务数", "≥12项", AT_LEAST, "12", "项"),
            measured("培训人次", "＝120人次", Some(Operator::Equal), "120", "人次"),
            measured("覆盖站点数", "35个", None, "35", "个"),
            measured("设备维护数量", "≤1,250台", AT_MOST, "1250", "台"),
        ],
    },
    Level {
        category: Category::Quality,
        dimension_label: "",
        label: "质量指标",
        empty: 10,
        choices: &[
            measured("验收合格率", "100%", None, "100", "%"),
            measured("数据准确率", "≥98.5%", AT_LEAST, "98.5", "%"),
            words("巡查到位情况", "到位"),
        ],
    },
    Level {
        category: Category::Timeliness,
        dimension_label: "",
        label: "时效指标",
        empty: 10,
        choices: &[
            measured("任务完成及时率", "≥95%", AT_LEAST, "95", "%"),
            words("全部工作完成时间", "2023年底"),
            words("经费支付时间", "12月31日前"),
            words("响应及时性", "及时"),
        ],
    },
    Level {
        category: Category::Cost,
        dimension_label: "",
        label: "成本指标",
        empty: 50,
        choices: &[
            measured("培训成本标准", "60元/人·天", None, "60", "元/人·天"),
            measured("项目总成本", "3.5万元", None, "3.5", "万元"),
            measured("成本控制数", "≤35万元", AT_MOST, "35", "万元"),
        ],
    },
    Level {
        category: Category::Economic,
        dimension_label: "效益指标",
        label: "经济效益指标",
        empty: 70,
        choices: &[
            measured("节约经费比例", "≥5%", AT_LEAST, "5", "%"),
            words("带动增收情况", "有所提高"),
        ],
    },
    Level {
        category: Category::Social,
        dimension_label: "",
        label: "社会效益指标",
        empty: 10,
        choices: &[
            words("服务能力", "提升"),
            measured("公众知晓率", "＞80%", Some(Operator::MoreThan), "80", "%"),
        ],
    },
    Level {
        category: Category::Ecological,
        dimension_label: "",
        label: "生态效益指标",
        empty: 80,
        choices: &[measured("单位能耗下降比例", "≥3%", AT_LEAST, "3", "%")],
    },
    Level {
        category: Category::Sustainability,
        dimension_label: "",
        label: "可持续影响指标",
        empty: 60,
        choices: &[
            measured("成果使用年限", "≥5年", AT_LEAST, "5", "年"),
            words("长效机制健全情况", "持续完善"),
        ],
    },
    Level {
        category: Category::ServiceSatisfaction,
        dimension_label: "满意度指标",
        label: "服务对象满意度指标",
        empty: 0,
        choices: &[
            measured("服务对象满意度", "≥90%", AT_LEAST, "90", "%"),
            words("基层站点评价", "满意"),
        ],
    },
];
