//! The words of generated disclosures: places, invented bodies, standard accounts.

use super::disclosure::Wording;

/// A code and its name.
pub type Named = (&'static str, &'static str);

/// A place and the wordings that its disclosures follow.
#[derive(Debug)]
pub struct City {
    /// Prefecture-level city or municipality.
    pub name: &'static str,
    /// What its bodies' names start with.
    pub prefixes: &'static [&'static str],
    /// Its wordings of budgets.
    pub wordings: &'static [Wording],
}

/// Places, in the order in which a smaller number of cities is taken.
pub const CITIES: [City; 14] = [
    city("大同市", &["大同市", "大同市", "大同市云州区"], &[Wording::Shanxi]),
    city("上海市", &["上海市嘉定区", "上海市金山区"], &[Wording::Shanghai]),
    city("忻州市", &["忻州市"], &[Wording::Shanxi]),
    city("湖州市", &["湖州市", "湖州市长兴县"], &[Wording::National]),
    city("遂宁市", &["遂宁市"], &[Wording::Overview]),
    city("长治市", &["长治市"], &[Wording::Shanxi]),
    city("晋中市", &["晋中市"], &[Wording::Shanxi]),
    city("岳阳市", &["岳阳市"], &[Wording::Overview, Wording::National]),
    city("太原市", &["太原市"], &[Wording::Shanxi]),
    city("三明市", &["三明市"], &[Wording::National]),
    city("运城市", &["运城市"], &[Wording::Shanxi]),
    city("定西市", &["定西市"], &[Wording::Overview]),
    city("吕梁市", &["吕梁市"], &[Wording::Shanxi]),
    city("曲靖市", &["曲靖市"], &[Wording::National, Wording::Overview]),
];

const fn city(name: &'static str, prefixes: &'static [&'static str], wordings: &'static [Wording]) -> City {
    City { name, prefixes, wordings }
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

const fn account(class: Named, group: Named, item: Named) -> Account {
    Account { class, group, item }
}

/// What an invented department does: its name's end, its functional account and the names of its units.
#[derive(Debug)]
pub struct Profile {
    /// The end of the department's name.
    pub department: &'static str,
    /// The ends of its units' names.
    pub units: [&'static str; 2],
    /// 类 of its main work.
    pub class: Named,
    /// 款 of its main work.
    pub group: Named,
    /// 行政运行.
    pub running: Named,
    /// 一般行政管理事务.
    pub general: Named,
    /// 其他….
    pub other: Named,
}

impl Profile {
    /// One of its accounts in full.
    pub fn account(&self, item: Named) -> Account {
        account(self.class, self.group, item)
    }
}

macro_rules! profile {
    ($department:literal, $units:expr, $class:expr, $group:expr, $running:literal, $general:literal, $other:expr) => {
        Profile {
            department: $department,
            units: $units,
            class: $class,
            group: $group,
            running: ($running, "行政运行"),
            general: ($general, "一般行政管理事务"),
            other: $other,
        }
    };
}

const GENERAL: Named = ("201", "一般公共服务支出");

/// Invented departments.
pub const PROFILES: [Profile; 10] = [
    profile!(
        "史料保护与利用局",
        ["史料修复中心", "史料数字化服务中心"],
        GENERAL,
        ("20126", "档案事务"),
        "2012601",
        "2012602",
        ("2012699", "其他档案事务支出")
    ),
    profile!(
        "工业协作发展局",
        ["工业协作服务中心", "产业信息推广中心"],
        ("215", "资源勘探工业信息等支出"),
        ("21505", "工业和信息产业监管"),
        "2150501",
        "2150502",
        ("2150599", "其他工业和信息产业监管支出")
    ),
    profile!(
        "乡村事务促进局",
        ["乡村技术推广中心", "乡村环境服务中心"],
        ("213", "农林水支出"),
        ("21301", "农业农村"),
        "2130101",
        "2130102",
        ("2130199", "其他农业农村支出")
    ),
    profile!(
        "文化传播事务局",
        ["文化传播服务中心", "文化展示中心"],
        ("207", "文化旅游体育与传媒支出"),
        ("20701", "文化和旅游"),
        "2070101",
        "2070102",
        ("2070199", "其他文化和旅游支出")
    ),
    profile!(
        "道路养护协调局",
        ["道路养护中心", "道路信息服务中心"],
        ("214", "交通运输支出"),
        ("21401", "公路水路运输"),
        "2140101",
        "2140102",
        ("2140199", "其他公路水路运输支出")
    ),
    profile!(
        "生态修复协调局",
        ["生态修复技术中心", "湿地事务中心"],
        ("211", "节能环保支出"),
        ("21101", "环境保护管理事务"),
        "2110101",
        "2110102",
        ("2110199", "其他环境保护管理事务支出")
    ),
    profile!(
        "教育装备服务局",
        ["教育装备中心", "校园后勤服务中心"],
        ("205", "教育支出"),
        ("20501", "教育管理事务"),
        "2050101",
        "2050102",
        ("2050199", "其他教育管理事务支出")
    ),
    profile!(
        "科技成果推广局",
        ["科技成果展示中心", "技术转移服务中心"],
        ("206", "科学技术支出"),
        ("20601", "科学技术管理事务"),
        "2060101",
        "2060102",
        ("2060199", "其他科学技术管理事务支出")
    ),
    profile!(
        "防灾减灾协调局",
        ["防灾减灾技术中心", "应急物资服务中心"],
        ("224", "灾害防治及应急管理支出"),
        ("22401", "应急管理事务"),
        "2240101",
        "2240102",
        ("2240199", "其他应急管理支出")
    ),
    profile!(
        "商贸流通促进局",
        ["商贸流通服务中心", "市场信息中心"],
        GENERAL,
        ("20113", "商贸事务"),
        "2011301",
        "2011302",
        ("2011399", "其他商贸事务支出")
    ),
];

const SOCIAL: Named = ("208", "社会保障和就业支出");
const PENSIONS: Named = ("20805", "行政事业单位养老支出");
const HEALTH: Named = ("210", "卫生健康支出");
const HOUSING: Named = ("221", "住房保障支出");

/// 行政单位离退休.
pub const RETIRED: Account = account(SOCIAL, PENSIONS, ("2080501", "行政单位离退休"));
/// 基本养老保险.
pub const PENSION: Account = account(SOCIAL, PENSIONS, ("2080505", "机关事业单位基本养老保险缴费支出"));
/// 职业年金.
pub const ANNUITY: Account = account(SOCIAL, PENSIONS, ("2080506", "机关事业单位职业年金缴费支出"));
/// 残疾人事业.
pub const DISABLED: Account = account(SOCIAL, ("20811", "残疾人事业"), ("2081199", "其他残疾人事业支出"));
/// 行政单位医疗.
pub const MEDICAL: Account = account(HEALTH, ("21011", "行政事业单位医疗"), ("2101101", "行政单位医疗"));
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

    #[test]
    fn codes_nest() {
        for profile in &PROFILES {
            assert!(profile.group.0.starts_with(profile.class.0));
            assert!(
                [profile.running, profile.general, profile.other]
                    .iter()
                    .all(|item| item.0.starts_with(profile.group.0))
            );
        }
    }
}
