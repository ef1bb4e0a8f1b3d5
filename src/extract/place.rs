//! Where a body is: from the administrative division that its name begins with to city, province and district.

use serde::Serialize;

use super::identity::Ballot;
use crate::config::{Division, Divisions, Level};

/// Where a body is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Prefecture-level city, municipality, or the province of a provincial body.
    pub city: Option<String>,
    /// Province or municipality.
    pub province: Option<String>,
    /// District or county.
    pub district: Option<String>,
    /// GB/T 2260 code of the lowest of them.
    pub division_code: Option<String>,
}

/// Words that stand in front of the division in the names of party bodies.
const PARTY: [&str; 4] = ["中国共产党", "中共", "中国", "共青团"];

/// Tells the place from the names of the bodies; else from the prose; else from the path.
pub fn place_of(names: &[&str], prose: &[String], path: &str, divisions: &Divisions, ballot: &mut Ballot) -> Place {
    for name in names {
        if let Some(division) = leading_division(name, prose, divisions) {
            ballot.cast(
                "city",
                Some(divisions.city(division).name.clone()),
                5,
                &format!("the name {name}"),
                None,
            );
            return describe(division, divisions);
        }
    }
    // `市档案局`: the prose says which city.
    if let Some(division) = prose.iter().find_map(|text| mentioned(text, divisions)) {
        ballot.cast(
            "city",
            Some(divisions.city(division).name.clone()),
            2,
            "first mention in the text",
            None,
        );
        return describe(division, divisions);
    }
    if let Some(division) = parts_of(path).find_map(|part| leading_division(part, prose, divisions)) {
        ballot.cast("city", Some(divisions.city(division).name.clone()), 1, "path", None);
        return describe(division, divisions);
    }
    Place::default()
}

/// The parts of a path, the innermost first.
fn parts_of(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '\\', '_', '-']).rev()
}

/// All that a path can tell of a disclosure, its year and the parts that begin with the name of a division: two paths with the same evidence
/// make the same records of the same bytes.
pub fn path_evidence<'p>(path: &'p str, divisions: &Divisions) -> (Option<String>, Vec<&'p str>) {
    let parts = parts_of(path).filter(|part| divisions.leading(without_party(part)).is_some());
    (super::identity::year_of_path(path), parts.collect())
}

fn without_party(name: &str) -> &str {
    PARTY.iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name)
}

/// The lowest division that a name begins with (`山西省大同市平城区教育局` → 平城区).
fn leading_division<'d>(name: &str, prose: &[String], divisions: &'d Divisions) -> Option<&'d Division> {
    let name = without_party(name);
    let (found, mut rest) = divisions.leading(name)?;
    let mut division = match found.as_slice() {
        [only] => *only,
        several => *several.iter().find(|division| in_prose(division, prose, divisions))?,
    };
    while let Some((below, after)) = divisions.leading(rest) {
        let within = |child: &&&Division| {
            child.parent == division.code || divisions.parent(child).is_some_and(|parent| parent.parent == division.code)
        };
        let Some(child) = below.iter().find(within) else { break };
        (division, rest) = (child, after);
    }
    Some(division)
}

/// Whether the text names the division above, which tells one 城区 from another.
fn in_prose(division: &Division, prose: &[String], divisions: &Divisions) -> bool {
    divisions
        .parent(division)
        .is_some_and(|parent| prose.iter().any(|text| text.contains(parent.name.as_str())))
}

/// The first prefecture or municipality that a text names in full.
fn mentioned<'d>(text: &str, divisions: &'d Divisions) -> Option<&'d Division> {
    text.char_indices().find_map(|(at, _)| {
        let (found, _) = divisions.leading(&text[at..])?;
        match found.as_slice() {
            [only] if only.level != Level::County && only.name.chars().count() >= 3 => Some(*only),
            _ => None,
        }
    })
}

fn describe(division: &Division, divisions: &Divisions) -> Place {
    Place {
        city: Some(divisions.city(division).name.clone()),
        province: Some(divisions.province(division).name.clone()),
        district: (division.level == Level::County).then(|| division.name.clone()),
        division_code: Some(division.code.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn place(name: &str, prose: &[&str], path: &str) -> (Option<String>, Option<String>, Option<String>) {
        let config = Config::load(None).unwrap();
        let prose: Vec<String> = prose.iter().map(|text| (*text).to_owned()).collect();
        let place = place_of(&[name], &prose, path, &config.divisions, &mut Ballot::default());
        (place.city, place.district, place.division_code)
    }

    #[test]
    fn names_tell_the_place() {
        let is = |name: &str, city: &str, district: Option<&str>, code: &str| {
            assert_eq!(
                place(name, &[], ""),
                (Some(city.into()), district.map(Into::into), Some(code.into())),
                "{name}"
            );
        };
        is("大同市工业和信息化局", "大同市", None, "140200");
        is("上海市普陀区商务委员会", "上海市", Some("普陀区"), "310107");
        is("中共上海市普陀区委社会工作部", "上海市", Some("普陀区"), "310107");
        is("山西省财政厅", "山西省", None, "140000");
        is("山西省大同市平城区教育局", "大同市", Some("平城区"), "140213");
        is("定州市第四中学", "保定市", Some("定州市"), "130682");
        is("浑源县教育局", "大同市", Some("浑源县"), "140225");
    }

    #[test]
    fn the_prose_and_last_the_path_tell_it_where_the_name_does_not() {
        assert_eq!(
            place("市档案局", &["本局是忻州市人民政府的工作部门"], "").0.as_deref(),
            Some("忻州市")
        );
        assert_eq!(place("鼓楼区教育局", &["南京市下辖"], "").2.as_deref(), Some("320106"));
        assert_eq!(place("档案局", &[], "2023/大同市/档案局.txt").0.as_deref(), Some("大同市"));
        assert_eq!(place("档案局", &[], "a.txt").0, None);
    }
}
