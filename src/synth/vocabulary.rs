//! The words of generated disclosures: places, invented bodies, standard accounts.

use super::disclosure::Wording;

/// A code and its name.
pub type Named = (&'static str, &'static str);

/// A place and the wordings that its disclosures follow.
#[derive(Debug)]
pub struct City {
    /// Prefecture-level city or municipality.
    pub name: &'static str,
    /// What its bodies' names start with in short disclosures.
    pub prefixes: &'static [&'static str],
    /// …and in full ones: the city, districts and counties.
    pub all_prefixes: &'static [&'static str],
    /// Its wordings of budgets.
    pub wordings: &'static [Wording],
}

/// Places, in the order in which a smaller number of cities is taken.
pub const CITIES: [City; 14] = [
    city(
        "大同市",
        &["大同市", "大同市", "大同市云州区"],
        &["大同市", "大同市平城区", "大同市云州区"],
        &[Wording::Shanxi],
    ),
    city(
        "上海市",
        &["上海市嘉定区", "上海市金山区"],
        &["上海市嘉定区", "上海市金山区", "上海市宝山区"],
        &[Wording::Shanghai],
    ),
    city(
        "忻州市",
        &["忻州市"],
        &["忻州市", "忻州市忻府区", "忻州市定襄县"],
        &[Wording::Shanxi],
    ),
    city(
        "湖州市",
        &["湖州市", "湖州市长兴县"],
        &["湖州市", "湖州市长兴县", "湖州市吴兴区"],
        &[Wording::National],
    ),
    city(
        "遂宁市",
        &["遂宁市"],
        &["遂宁市", "遂宁市船山区", "遂宁市蓬溪县"],
        &[Wording::Overview],
    ),
    city(
        "长治市",
        &["长治市"],
        &["长治市", "长治市潞州区", "长治市平顺县"],
        &[Wording::Shanxi],
    ),
    city(
        "晋中市",
        &["晋中市"],
        &["晋中市", "晋中市榆次区", "晋中市昔阳县"],
        &[Wording::Shanxi],
    ),
    city(
        "岳阳市",
        &["岳阳市"],
        &["岳阳市", "岳阳市岳阳楼区", "岳阳市平江县"],
        &[Wording::Overview, Wording::National],
    ),
    city(
        "太原市",
        &["太原市"],
        &["太原市", "太原市小店区", "太原市阳曲县"],
        &[Wording::Shanxi],
    ),
    city(
        "三明市",
        &["三明市"],
        &["三明市", "三明市三元区", "三明市大田县"],
        &[Wording::National],
    ),
    city(
        "运城市",
        &["运城市"],
        &["运城市", "运城市盐湖区", "运城市新绛县"],
        &[Wording::Shanxi],
    ),
    city(
        "定西市",
        &["定西市"],
        &["定西市", "定西市安定区", "定西市漳县"],
        &[Wording::Overview],
    ),
    city("吕梁市", &["吕梁市"], &["吕梁市", "吕梁市离石区", "吕梁市临县"], &[Wording::Shanxi]),
    city(
        "曲靖市",
        &["曲靖市"],
        &["曲靖市", "曲靖市麒麟区", "曲靖市会泽县"],
        &[Wording::National, Wording::Overview],
    ),
];

const fn city(
    name: &'static str,
    prefixes: &'static [&'static str],
    all_prefixes: &'static [&'static str],
    wordings: &'static [Wording],
) -> City {
    City {
        name,
        prefixes,
        all_prefixes,
        wordings,
    }
}

/// A 项 with its 款 and 类.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// 类.
    pub class: Named,
    /// 款.
    pub group: Named,
    /// 项.
    pub item: Named,
}

/// A 项 with the levels above it.
pub const fn account(class: Named, group: Named, item: Named) -> Account {
    Account { class, group, item }
}

/// 一般公共服务支出.
pub const GENERAL: Named = ("201", "一般公共服务支出");
/// 社会保障和就业支出.
pub const SOCIAL: Named = ("208", "社会保障和就业支出");
const PENSIONS: Named = ("20805", "行政事业单位养老支出");
/// 卫生健康支出.
pub const HEALTH: Named = ("210", "卫生健康支出");
const HOUSING: Named = ("221", "住房保障支出");

/// 行政单位离退休.
pub const RETIRED: Account = account(SOCIAL, PENSIONS, ("2080501", "行政单位离退休"));
/// 基本养老保险.
pub const PENSION: Account = account(SOCIAL, PENSIONS, ("2080505", "机关事业单位基本养老保险缴费支出"));
/// 职业年金.
pub const ANNUITY: Account = account(SOCIAL, PENSIONS, ("2080506", "机关事业单位职业年金缴费支出"));
/// 事业单位离退休.
pub const RETIRED_OF_UNITS: Account = account(SOCIAL, PENSIONS, ("2080502", "事业单位离退休"));
/// 死亡抚恤.
pub const FUNERALS: Account = account(SOCIAL, ("20808", "抚恤"), ("2080801", "死亡抚恤"));
/// 残疾人事业.
pub const DISABLED: Account = account(SOCIAL, ("20811", "残疾人事业"), ("2081199", "其他残疾人事业支出"));
/// 行政单位医疗.
pub const MEDICAL: Account = account(HEALTH, ("21011", "行政事业单位医疗"), ("2101101", "行政单位医疗"));
/// 事业单位医疗.
pub const MEDICAL_OF_UNITS: Account = account(HEALTH, ("21011", "行政事业单位医疗"), ("2101102", "事业单位医疗"));
/// 公务员医疗补助.
pub const MEDICAL_OF_OFFICIALS: Account = account(HEALTH, ("21011", "行政事业单位医疗"), ("2101103", "公务员医疗补助"));
/// 购房补贴.
pub const HOUSING_GRANTS: Account = account(HOUSING, ("22102", "住房改革支出"), ("2210203", "购房补贴"));
/// 住房公积金.
pub const HOUSING_FUND: Account = account(HOUSING, ("22102", "住房改革支出"), ("2210201", "住房公积金"));
/// 提租补贴.
pub const RENT: Account = account(HOUSING, ("22102", "住房改革支出"), ("2210202", "提租补贴"));
/// What the government fund pays for.
pub const LAND: Account = account(
    ("212", "城乡社区支出"),
    ("21208", "国有土地使用权出让收入安排的支出"),
    ("2120899", "其他国有土地使用权出让收入安排的支出"),
);
/// The government fund's revenue accounts.
pub const LAND_REVENUE: [Named; 3] = [
    ("103", "非税收入"),
    ("10301", "政府性基金收入"),
    ("1030148", "国有土地使用权出让收入"),
];

/// The functional classes in their printed order; [`BUDGET_ONLY`] are left out of final accounts.
pub const CLASSES: [Named; 30] = [
    GENERAL,
    ("202", "外交支出"),
    ("203", "国防支出"),
    ("204", "公共安全支出"),
    ("205", "教育支出"),
    ("206", "科学技术支出"),
    ("207", "文化旅游体育与传媒支出"),
    SOCIAL,
    ("209", "社会保险基金支出"),
    HEALTH,
    ("211", "节能环保支出"),
    ("212", "城乡社区支出"),
    ("213", "农林水支出"),
    ("214", "交通运输支出"),
    ("215", "资源勘探工业信息等支出"),
    ("216", "商业服务业等支出"),
    ("217", "金融支出"),
    ("219", "援助其他地区支出"),
    ("220", "自然资源海洋气象等支出"),
    HOUSING,
    ("222", "粮油物资储备支出"),
    ("223", "国有资本经营预算支出"),
    ("224", "灾害防治及应急管理支出"),
    ("227", "预备费"),
    ("229", "其他支出"),
    ("230", "转移性支出"),
    ("231", "债务还本支出"),
    ("232", "债务付息支出"),
    ("233", "债务发行费用支出"),
    ("234", "抗疫特别国债安排的支出"),
];

/// Classes that final accounts don't print.
pub const BUDGET_ONLY: [&str; 4] = ["209", "227", "230", "233"];

/// What projects are about.
pub const TOPICS: [&str; 20] = [
    "办公用房维修",
    "信息系统运行维护",
    "宣传资料印制",
    "业务培训",
    "物业管理",
    "档案整理",
    "专家评审",
    "设备更新",
    "法律顾问服务",
    "网络租赁",
    "安全检查",
    "统计调查",
    "驻村帮扶工作",
    "水电及取暖",
    "会议保障",
    "第三方评估服务",
    "公共服务平台升级改造及配套设施建设",
    "基层服务站点标准化建设补助",
    "重点企业跟踪监测与服务体系建设",
    "审计服务",
];

/// How projects' names end.
pub const PROJECT_KINDS: [&str; 6] = ["经费", "专项经费", "项目", "补助资金", "工作经费", "费用（二期）"];

/// 一, 二, … 九十九.
pub fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10, DIGITS[number % 10]);
    match tens {
        0 => ones.to_owned(),
        1 => format!("十{ones}"),
        _ => format!("{}十{ones}", DIGITS[tens % 10]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_count() {
        assert_eq!([1, 10, 11, 20, 31].map(numeral), ["一", "十", "十一", "二十", "三十一"]);
    }
}
