//! The data dictionary: the published tables as a page of Markdown (`docs/data-dictionary.md`).

use std::fmt::{self, Write as _};

use budgetlake::load::{PARTITION_COLUMNS, PublishedTable};
use budgetlake::tables::ColumnInfo;

use super::{PARTITIONS, type_name};

const HEAD: &str = "\
# Data dictionary

<!-- Made by `budgetlake schema --markdown` from the declarations in src/tables and src/codes.rs; `make dictionary` writes it again. -->

The tables of a snapshot, `WAREHOUSE/current/<table>/city=…/year=…/department=…/*.parquet`. The same text is in the Parquet files (metadata
`comment` of each column). Money is `decimal(20,2)` in yuan; `?` marks columns that may be null; a `code` is text of a closed vocabulary,
listed [below](#codes).
";

/// A closed vocabulary, and the columns that hold its codes.
struct Vocabulary {
    columns: Vec<String>,
    codes: Vec<(&'static str, &'static str)>,
}

/// The page.
pub fn dictionary(tables: &[&PublishedTable]) -> Result<String, fmt::Error> {
    let mut page = HEAD.to_owned();
    let mut vocabularies: Vec<Vocabulary> = Vec::new();
    writeln!(page, "\n| table | |\n| --- | --- |")?;
    for table in tables {
        writeln!(page, "| [`{0}`](#{0}) | {1} |", table.name, cell(table.meaning))?;
    }
    for table in tables {
        writeln!(page, "\n## {}\n\n{}\n", table.name, table.meaning)?;
        writeln!(page, "| column | type | meaning |\n| --- | --- | --- |")?;
        for column in (table.columns)() {
            let kind = cell(&type_name(&column.data_type));
            let optional = if column.nullable { "?" } else { "" };
            let kind = if column.codes.is_empty() {
                format!("{kind}{optional}")
            } else {
                let anchor = remember(&mut vocabularies, table.name, column.clone());
                format!("[{kind}](#{anchor}){optional}")
            };
            writeln!(page, "| `{}` | {kind} | {} |", column.name, cell(column.meaning))?;
        }
        for (name, (kind, meaning)) in PARTITION_COLUMNS.iter().zip(PARTITIONS) {
            writeln!(page, "| `{name}` | {kind}? | {} In the path. |", cell(meaning))?;
        }
    }
    if !vocabularies.is_empty() {
        writeln!(page, "\n## Codes")?;
    }
    for (number, Vocabulary { columns, codes }) in vocabularies.iter().enumerate() {
        writeln!(page, "\n<a id=\"codes-{}\"></a>\n**{}**\n", number + 1, columns.join(", "))?;
        writeln!(page, "| code | meaning |\n| --- | --- |")?;
        for (code, meaning) in codes {
            writeln!(page, "| `{code}` | {} |", cell(meaning))?;
        }
    }
    Ok(page)
}

/// Notes that the column holds codes of its vocabulary, and says where that will be listed.
fn remember(vocabularies: &mut Vec<Vocabulary>, table: &str, column: ColumnInfo) -> String {
    let of = format!("`{table}.{}`", column.name);
    let known = vocabularies.iter().position(|vocabulary| vocabulary.codes == column.codes);
    let index = known.unwrap_or(vocabularies.len());
    match known.and_then(|index| vocabularies.get_mut(index)) {
        Some(vocabulary) => vocabulary.columns.push(of),
        None => vocabularies.push(Vocabulary {
            columns: vec![of],
            codes: column.codes,
        }),
    }
    format!("codes-{}", index + 1)
}

/// Text that stays within its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
