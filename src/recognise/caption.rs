//! The lines around a table: 部门名称：…, 单位：万元, 公开01表, 注：本表无数据.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::money::MoneyUnit;
use crate::text::{bracketed_code, clean_name, compact, without_layout_space};

/// A body named in a caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyName {
    /// Cleaned name.
    pub name: String,
    /// Its code in brackets in front of the name, if printed.
    pub code: Option<String>,
    /// Whether the label says 部门 (`Some(true)`) or 单位 (`Some(false)`).
    pub department: Option<bool>,
    /// Whether it carries the mark `[部门]`.
    pub marked: bool,
}

/// Labels in front of a body's name and whether they say 部门; the longer ones first.
const BODY_LABELS: [(&str, Option<bool>); 17] = [
    ("部门(单位)名称", None),
    ("部门（单位）名称", None),
    ("部门(单位)", None),
    ("部门（单位）", None),
    ("部门名称", Some(true)),
    ("单位名称", Some(false)),
    ("编制部门", Some(true)),
    ("填报部门", Some(true)),
    ("公开部门", Some(true)),
    ("预算部门", Some(true)),
    ("编制单位", Some(false)),
    ("填报单位", Some(false)),
    ("公开单位", Some(false)),
    ("预算单位", Some(false)),
    ("部门", Some(true)),
    ("单位", Some(false)),
    ("名称", None),
];

/// The bodies that caption lines name; a caption that is wrapped over lines is joined.
pub fn bodies<S: AsRef<str>>(lines: &[S]) -> Vec<BodyName> {
    let joined: String = lines
        .iter()
        .take_while(|line| !is_note(line.as_ref()))
        .map(|line| without_layout_space(line.as_ref()))
        .collect();
    let mut rest = joined.as_str();
    while let Some(colon) = rest.find([':', '：']) {
        let (before, after) = rest.split_at(colon);
        let after = after.trim_start_matches([':', '：']);
        if let Some((_, department)) = BODY_LABELS.iter().find(|(label, _)| before.ends_with(label)) {
            // A caption that is a row of cells by itself ends with their separator.
            let value = after[..value_end(after)].trim_end_matches(|c: char| c == '|' || c.is_whitespace());
            if MoneyUnit::parse(value).is_none() && !value.is_empty() && MoneyUnit::strip_suffix(value).is_none() {
                return value
                    .split([',', '，', ';', '；'])
                    .filter_map(|name| body(name, *department))
                    .collect();
            }
        }
        rest = after;
    }
    Vec::new()
}

fn body(text: &str, department: Option<bool>) -> Option<BodyName> {
    let code = bracketed_code(text).map(|(code, _)| code.to_owned());
    let unbracketed = clean_name(text);
    // `360060定州市第四中学`: code and name of the body in one.
    let digits = unbracketed.bytes().take_while(u8::is_ascii_digit).count();
    let (code, name) = if digits >= 3 {
        (
            Some(unbracketed[..digits].to_owned()),
            unbracketed[digits..].trim_start_matches(['-', '－']),
        )
    } else {
        (code, unbracketed.as_str())
    };
    (name.chars().count() >= 3).then(|| BodyName {
        name: name.to_owned(),
        code,
        department,
        marked: compact(text).contains("[部门]"),
    })
}

/// Where a caption's value ends: at the year, the next label or the end of the line.
fn value_end(text: &str) -> usize {
    let next_label = text.find([':', '：']).map(|colon| {
        let before = &text[..colon];
        ["金额单位", "计量单位", "货币单位", "单位", "预算年度", "年度", "日期"]
            .iter()
            .find_map(|label| before.strip_suffix(label).map(str::len))
            .unwrap_or(colon)
    });
    let limit = next_label.unwrap_or(text.len());
    let year = text[..limit]
        .char_indices()
        .find(|(at, _)| text.as_bytes().get(*at..*at + 4).is_some_and(crate::text::is_year_digits) && text[at + 4..].starts_with('年'));
    year.map_or(limit, |(at, _)| at)
}

/// The money unit that caption lines state, as a unit and as printed.
pub fn unit<S: AsRef<str>>(lines: &[S]) -> Option<MoneyUnit> {
    let joined: String = lines.iter().map(|line| compact(line.as_ref())).collect();
    let mut rest = joined.as_str();
    while let Some(at) = rest.find("单位") {
        rest = &rest[at + "单位".len()..];
        let value = rest.trim_start_matches([':', ')', '为']);
        let value = value.strip_prefix("人民币").unwrap_or(value);
        if let Some(unit) = leading_unit(value) {
            return Some(unit);
        }
    }
    // `（万元）` behind a title.
    let open = joined.rfind('(')?;
    MoneyUnit::parse(joined[open + 1..].strip_suffix(')')?)
}

fn leading_unit(text: &str) -> Option<MoneyUnit> {
    ["亿元", "百万元", "万元", "千元", "百元", "元"]
        .into_iter()
        .find(|unit| text.starts_with(unit))
        .and_then(MoneyUnit::parse)
}

/// Whether a line is the number of a form (预算公开表1, 公开01表, 表一, 附表1-2).
pub fn is_form_number(line: &str) -> bool {
    is_form_number_in(&compact(line))
}

/// [`is_form_number`] of a [`compact`] line.
pub fn is_form_number_in(words: &str) -> bool {
    if words.chars().count() > 12 || !words.contains('表') {
        return false;
    }
    let rest: String = words
        .chars()
        .filter(|c| !c.is_ascii_digit() && !matches!(c, '-' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'))
        .collect();
    matches!(
        rest.as_str(),
        "表" | "附表"
            | "公开表"
            | "预算公开表"
            | "部门公开表"
            | "单位公开表"
            | "决算公开表"
            | "预算表"
            | "表:"
            | "附表:"
            | "财决公开表"
            | "财决表"
    ) && rest.len() < words.len()
}

/// Whether a line is a note to the table above it.
pub fn is_note(line: &str) -> bool {
    is_note_in(line, &compact(line))
}

/// [`is_note`] of a line whose [`compact`] words are known.
pub fn is_note_in(line: &str, words: &str) -> bool {
    let start = line.trim_start();
    let leads = ["注：", "注:", "注1", "说明：", "说明:", "备注：", "备注:"];
    leads.iter().any(|lead| start.starts_with(lead))
        || contains_no_data_note_in(words)
        // What the ministry's model prints below an empty form, before the body's own note.
        || start.contains("保留该表格式")
}

/// Whether a line says that a table has no figures (本表无数据, 本表为空表).
pub fn contains_no_data_note(line: &str) -> bool {
    contains_no_data_note_in(&compact(line))
}

fn contains_no_data_note_in(words: &str) -> bool {
    static NO_DATA: LazyLock<[Finder<'_>; 3]> = LazyLock::new(|| ["无数据", "本表为空", "空表"].map(Finder::new));
    NO_DATA.iter().any(|note| note.find(words.as_bytes()).is_some()) && words.chars().count() < 120
}

/// Whether a [`compact`] line is only a page number: `12`, `-12-`, `第12页`, `第12页共64页`.
pub fn is_page_number_in(words: &str) -> bool {
    let is_around = |c: char| matches!(c, '-' | '—' | '–' | '第' | '页' | '·' | '/' | ',' | '，');
    // Nearly no line is one.
    if !words.starts_with(|c: char| c.is_ascii_digit() || is_around(c)) {
        return false;
    }
    let words = words
        .split_once("共")
        .map_or(words, |(page, all)| if is_page_number_in(all) { page } else { words });
    let digits = words.trim_matches(is_around);
    !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a line is what pages print at their head or foot.
pub fn is_page_frame(line: &str) -> bool {
    let words = compact(line);
    is_page_number_in(&words) || is_running_head(&words)
}

/// Whether a [`compact`] line is what pages print at their head: a body's name with the year and what the document is.
pub fn is_running_head(words: &str) -> bool {
    // The last characters of what a document may be.
    if !words.ends_with(['算', '开', '明']) {
        return false;
    }
    let Some((name, rest)) = words.split_once("20").filter(|(name, _)| name.chars().count() > 3) else {
        return false;
    };
    // `科目名称 2024年预算` heads columns.
    let is_name = |name: &str| {
        !["科目", "名称", "项目"].iter().any(|word| name.contains(word))
            && name
                .chars()
                .all(|c| !c.is_ascii_digit() && !matches!(c, '、' | '。' | '，' | ',' | ':' | '：'))
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let what = ["年度", "年"].iter().find_map(|year| rest.strip_prefix(year));
    let is_document = |what: &str| {
        let what = ["部门", "单位"].iter().find_map(|word| what.strip_prefix(word)).unwrap_or(what);
        matches!(what, "预算" | "决算" | "预算公开" | "决算公开" | "预算说明" | "决算说明")
    };
    is_name(name) && what.is_some_and(is_document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_page_number(line: &str) -> bool {
        is_page_number_in(&compact(line))
    }

    fn names(lines: &[&str]) -> Vec<String> {
        bodies(lines).into_iter().map(|body| body.name).collect()
    }

    #[test]
    fn bodies_are_found_in_captions() {
        assert_eq!(
            names(&["部门名称：大同市人民政府办公室[部门]", "单位：万元"]),
            ["大同市人民政府办公室"]
        );
        assert_eq!(
            names(&["单位名称：大同市信息和新材料应用推广中心", "", "单位：万元"]),
            ["大同市信息和新材料应用推广中心"]
        );
        assert_eq!(
            names(&["编制部门：上海市普陀区商务委员会                 单位：元"]),
            ["上海市普陀区商务委员会"]
        );
        assert_eq!(
            names(&["部门名称：大同市工业和信息化局[部门] 2023年度   金额单位：万元"]),
            ["大同市工业和信息化局"]
        );
        assert_eq!(
            names(&[
                "部门:[402001]忻州市工业和",
                "信息化局, [402002]忻州市",
                "工业和信息化服务中心",
                "单位:万",
                "元"
            ]),
            ["忻州市工业和信息化局", "忻州市工业和信息化服务中心"]
        );
        assert_eq!(names(&["360060定州市第四中学"]), Vec::<String>::new());
        assert_eq!(bodies(&["单位名称：360060定州市第四中学"])[0].code.as_deref(), Some("360060"));
        assert_eq!(names(&["单位：万元"]), Vec::<String>::new());
        assert_eq!(names(&["单位：万元 |"]), Vec::<String>::new());
    }

    #[test]
    fn units_are_found_in_captions() {
        for (lines, unit_text) in [
            (vec!["单位：万元"], "万元"),
            (vec!["单位:万", "元"], "万元"),
            (vec!["部门名称：甲局[部门] 2023年度   金额单位：万元"], "万元"),
            (vec!["编制部门：甲局    单位：元"], "元"),
            (vec!["三公经费表（万元）"], "万元"),
            (vec!["单位名称：甲单位", "金额单位：人民币元"], "元"),
        ] {
            assert_eq!(unit(&lines).map(|unit| unit.text), Some(unit_text), "{lines:?}");
        }
        assert_eq!(unit(&["单位名称：元氏县档案馆"]).map(|unit| unit.text), None);
    }

    #[test]
    fn form_numbers_and_page_numbers_are_told() {
        assert!(is_form_number("预算公开表 1") && is_form_number("部门公开表9") && is_form_number("公开01表") && is_form_number("附表1-2"));
        assert!(!is_form_number("支出总表") && !is_form_number("2023年预算收支总表"));
        assert!(is_page_number("— 12 —") && is_page_number("3") && !is_page_number("2023年"));
        assert!(is_page_number("第 3 页 共 64 页") && is_page_number("第3页，共64页") && !is_page_number("共64人"));
        assert!(is_running_head("大同市河灯事务局2023年度部门预算公开") && !is_running_head("2023年度部门预算"));
        assert!(!is_running_head("大同市河灯事务局2023年支出预算表") && !is_running_head("政府预算支出经济科目名2024年预算"));
    }
}
