//! Ground truth as CSV, in the words of the data contract.

use std::io::{self, Write};

use super::disclosure::Disclosure;
use crate::codes::Code;

/// The columns of the truth.
pub const HEADER: &str =
    "file,city,year,department,unit,scope,stage,form,side,row_kind,account_code,account_name,item,project_name,measure,amount,line";

/// Writes one row for each amount of a rendered disclosure.
pub fn write_rows(out: &mut dyn Write, file: &str, disclosure: &Disclosure) -> io::Result<()> {
    let identity = &disclosure.identity;
    let year = identity.year.to_string();
    for truth in disclosure.truth() {
        let key = &truth.key;
        let (amount, line) = (truth.amount.to_string(), truth.line.to_string());
        let fields = [
            file,
            &identity.city,
            &year,
            &identity.department,
            &identity.unit,
            identity.scope.code(),
            identity.stage.code(),
            key.form.code(),
            key.side.code(),
            key.row_kind.code(),
            key.account_code.as_deref().unwrap_or_default(),
            &key.account_name,
            key.item.map_or("", Code::code),
            key.project_name.as_deref().unwrap_or_default(),
            truth.measure.code(),
            &amount,
            &line,
        ];
        writeln!(out, "{}", fields.map(quoted).join(","))?;
    }
    Ok(())
}

/// The columns of the truth of indicators.
pub const INDICATOR_HEADER: &str =
    "file,project_name,horizon,dimension,category,indicator_name,target_text,operator,target_value,target_unit,line";

/// Writes one row for each indicator of a rendered disclosure.
pub fn write_indicators(out: &mut dyn Write, file: &str, disclosure: &Disclosure) -> io::Result<()> {
    for truth in disclosure.indicators() {
        let fields = [
            file,
            &truth.project_name,
            truth.horizon.code(),
            truth.dimension.code(),
            truth.category.code(),
            &truth.indicator_name,
            &truth.target_text,
            truth.operator.map_or("", Code::code),
            truth.target_value.as_deref().unwrap_or_default(),
            truth.target_unit.as_deref().unwrap_or_default(),
            &truth.line.to_string(),
        ];
        writeln!(out, "{}", fields.map(quoted).join(","))?;
    }
    Ok(())
}

/// The columns of the truth of project forms.
pub const PROJECT_HEADER: &str = "file,project_name,competent_department_code,competent_department,implementing_unit,attribute,duration_text,\
     overview,basis,necessity,safeguards,plan,implementation_goal,annual_goal,filled_at,line";

/// Writes one row for each project form of a rendered disclosure.
pub fn write_projects(out: &mut dyn Write, file: &str, disclosure: &Disclosure) -> io::Result<()> {
    for truth in disclosure.projects() {
        let line = truth.line.to_string();
        let mut fields = vec![
            file,
            &truth.project_name,
            &truth.competent_department_code,
            &truth.competent_department,
            &truth.implementing_unit,
            &truth.attribute,
            &truth.duration_text,
        ];
        fields.extend(truth.texts.iter().chain(&truth.goals).map(String::as_str));
        fields.extend([truth.filled_at.as_str(), &line]);
        let fields: Vec<String> = fields.into_iter().map(quoted).collect();
        writeln!(out, "{}", fields.join(","))?;
    }
    Ok(())
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
