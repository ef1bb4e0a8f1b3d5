//! Cells as files have them: merged, hidden, in text boxes, with formats.

use std::io::{Cursor, Write};

use budgetlake::codes::{RejectCode, SourceFormat};
use budgetlake::config::Config;
use budgetlake::extract::extract;
use budgetlake::extraction::Extraction;

use super::written::{docx_of, packed};

fn read(bytes: &[u8], format: SourceFormat) -> Extraction {
    let extraction = extract(bytes, "a.bin", &Config::load(None).unwrap());
    assert_eq!(
        extraction.document.as_ref().map(|document| document.format),
        Some(format),
        "{:?}",
        extraction.rejects
    );
    extraction
}

/// Every amount with the name of its account.
fn amounts(extraction: &Extraction) -> Vec<(&str, &str)> {
    let items = extraction.line_items.iter();
    items.map(|item| (item.account_name.as_str(), item.amount_text.as_str())).collect()
}

/// What all the tables here hold.
const AMOUNTS: [(&str, &str); 5] = [
    ("一般公共预算", "1,010.50"),
    ("教育支出", "1,012.00"),
    ("政府性基金预算", "1.50"),
    ("收入总计", "1,012.00"),
    ("支出总计", "1,012.00"),
];

fn paragraph(text: &str) -> String {
    format!("<w:p><w:pPr><w:tabs><w:tab w:val=\"left\" w:pos=\"420\"/></w:tabs></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn row(before: &str, cells: &[(&str, &str)]) -> String {
    let cells: String = cells
        .iter()
        .map(|(properties, text)| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text)))
        .collect();
    format!("<w:tr><w:trPr>{before}</w:trPr>{cells}</w:tr>")
}

/// A Word document's table, with cells merged to the right and down, and a row that begins one column later.
fn merged_table() -> String {
    let (two, begins, goes_on) = ("<w:gridSpan w:val=\"2\"/>", "<w:vMerge w:val=\"restart\"/>", "<w:vMerge/>");
    let rows = [
        row("", &[(two, "收入"), (two, "支出")]),
        row("", &[("", "项目"), ("", "预算数"), ("", "项目"), ("", "预算数")]),
        row(
            "",
            &[
                ("", "一、一般公共预算"),
                ("", "1,010.50"),
                (begins, "五、教育支出"),
                (begins, "1,012.00"),
            ],
        ),
        // What a cell that goes on holds is not shown.
        row(
            "",
            &[
                ("", "二、政府性基金预算"),
                ("", "1.50"),
                (goes_on, ""),
                ("<w:vMerge w:val=\"continue\"/>", "7.77"),
            ],
        ),
        row("<w:gridBefore w:val=\"2\"/>", &[("", "六、科学技术支出"), ("", "")]),
        row("", &[("", "收入总计"), ("", "1,012.00"), ("", "支出总计"), ("", "1,012.00")]),
    ];
    format!("<w:tbl>{}</w:tbl>", rows.concat())
}

#[test]
fn merged_cells_of_a_word_document_keep_their_columns() {
    let lines = ["某市教育局2024年部门预算", "收支总表", "单位：万元"].map(paragraph).concat();
    let extraction = read(&docx_of(&format!("{lines}{}", merged_table())), SourceFormat::Docx);
    assert_eq!(amounts(&extraction), AMOUNTS);
}

/// A drawing in a run, as new programs write it beside the same one for old programs.
fn text_box(content: &str) -> String {
    let boxed = format!("<w:txbxContent>{content}</w:txbxContent>");
    format!(
        "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing>{boxed}</w:drawing></mc:Choice>\
         <mc:Fallback><w:pict>{boxed}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
}

#[test]
fn text_boxes_of_a_word_document_are_read_once_and_apart() {
    let title = "<w:r><w:t>某市教育局2024年部门预算</w:t></w:r>";
    // The title of the form, its unit and the table itself, each in a box that hangs on a line.
    let first = format!("<w:p>{title}{}</w:p>", text_box(&paragraph("收支总表")));
    let second = format!("<w:p>{}<w:r><w:t>公开01表</w:t></w:r></w:p>", text_box(&paragraph("单位：万元")));
    let third = format!("<w:p>{}</w:p>", text_box(&merged_table()));
    let extraction = read(&docx_of(&format!("{first}{second}{third}")), SourceFormat::Docx);
    assert_eq!(amounts(&extraction), AMOUNTS);
    let [table] = extraction.tables.as_slice() else {
        panic!("{:?}", extraction.tables)
    };
    assert_eq!(table.title.as_deref(), Some("收支总表"));
    assert_eq!(extraction.document.unwrap().title.as_deref(), Some("某市教育局2024年部门预算"));
}

#[test]
fn hidden_text_of_a_word_document_is_left_out() {
    let hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>模板XX局2019年</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>某市教育局2024年部门预算</w:t></w:r></w:p>";
    let lines = ["收支总表", "单位：万元"].map(paragraph).concat();
    let extraction = read(&docx_of(&format!("{hidden}{lines}{}", merged_table())), SourceFormat::Docx);
    assert_eq!(amounts(&extraction), AMOUNTS);
    assert_eq!(extraction.document.unwrap().title.as_deref(), Some("某市教育局2024年部门预算"));
}

/// A sheet of ODS with these rows.
fn ods(rows: &str) -> Vec<u8> {
    let names = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
                 xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\"";
    let content = format!(
        "<office:document-content {names}><office:automatic-styles><style:style style:name=\"t2\" style:family=\"table\"><style:table-properties \
         table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>\
         <table:table table:name=\"底稿\" table:style-name=\"t2\"><table:table-row><table:table-cell><text:p>9.99</text:p></table:table-cell></table:table-row></table:table>\
         <table:table table:name=\"表\"><table:table-column table:visibility=\"collapse\"/><table:table-column table:number-columns-repeated=\"4\"/>{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    packed(&[("mimetype", kind.to_owned()), ("content.xml", content)])
}

/// A row behind a hidden column; a number has a value beside what is shown.
fn ods_row(attributes: &str, cells: &[(&str, Option<&str>)]) -> String {
    let cells: String = cells
        .iter()
        .map(|(text, value)| match value {
            Some(value) => format!(
                "<table:table-cell office:value-type=\"float\" office:value=\"{value}\"><office:annotation><text:p>8.88</text:p></office:annotation><text:p>{text}</text:p></table:table-cell>"
            ),
            None => format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>"),
        })
        .collect();
    format!("<table:table-row {attributes}><table:table-cell office:value=\"3\"/>{cells}</table:table-row>")
}

#[test]
fn cells_of_ods_are_read_as_they_are_shown() {
    let rows = [
        ods_row("", &[("某市教育局2024年部门预算", None)]),
        ods_row("", &[("收支<text:s text:c=\"2\"/>总表", None)]),
        ods_row("", &[("单位：万元", None)]),
        ods_row("", &[("收入", None), ("", None), ("支出", None)]),
        ods_row("", &[("项目", None), ("预算数", None), ("项目", None), ("预算数", None)]),
        ods_row("", &[("一、一般公共预算", None), ("1,010.50", Some("1010.496")), ("五、教育支出", None), ("1,012.00", Some("1012"))]),
        ods_row("table:visibility=\"collapse\"", &[("三、国有资本经营预算", None), ("5.00", Some("5"))]),
        ods_row("", &[("二、政府性基金预算", None), ("1.50", Some("1.5"))]),
        "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>".to_owned(),
    ];
    let total = ods_row(
        "",
        &[
            ("收入总计", None),
            ("1,012.00", Some("1012.004")),
            ("支出总计", None),
            ("1,012.00", Some("1012")),
        ],
    );
    let rows = [&rows[..8], &[total], &rows[8..]].concat();
    let extraction = read(&ods(&rows.concat()), SourceFormat::Ods);
    assert_eq!(amounts(&extraction), AMOUNTS);
    let hidden = extraction.rejects.iter().filter(|reject| reject.code == RejectCode::Hidden);
    let messages: Vec<&str> = hidden.map(|reject| reject.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "hidden sheets were left out: 底稿",
            "1 hidden columns and 1 hidden rows were left out"
        ]
    );
}

#[test]
fn ods_that_unpacks_to_too_much_is_given_up() {
    let row = "<table:table-row table:number-rows-repeated=\"100000000\"><table:table-cell table:number-columns-repeated=\"1000\"><text:p>1.00</text:p></table:table-cell></table:table-row>";
    let extraction = extract(&ods(row), "a.ods", &Config::load(None).unwrap());
    let codes: Vec<RejectCode> = extraction.rejects.iter().map(|reject| reject.code).collect();
    assert_eq!(codes, [RejectCode::LimitReached]);
}

/// A record of a workbook of BIFF8.
fn record(kind: u16, data: &[&[u8]]) -> Vec<u8> {
    let data = data.concat();
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), &data].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// An XLS file with one sheet of these records.
fn xls(formats: &[&str], sheet: &[Vec<u8>]) -> Vec<u8> {
    let bof = |kind: u16| record(0x0809, &[&0x0600_u16.to_le_bytes(), &kind.to_le_bytes(), &[0; 12]]);
    let end = record(0x000A, &[]);
    let mut globals = bof(0x0005);
    for (number, format) in (164_u16..).zip(formats) {
        let length = u16::try_from(format.encode_utf16().count()).unwrap();
        globals.extend(record(0x041E, &[&number.to_le_bytes(), &length.to_le_bytes(), &[1], &wide(format)]));
    }
    // Style 0 has no format, style 1 the first one.
    for number in std::iter::once(0).chain((164_u16..).take(formats.len())) {
        globals.extend(record(0x00E0, &[&[0, 0], &number.to_le_bytes(), &[0; 16]]));
    }
    let name = wide("表");
    let place = u32::try_from(globals.len() + 4 + 8 + name.len() + end.len()).unwrap();
    globals.extend(record(0x0085, &[&place.to_le_bytes(), &[0, 0, 1, 1], &name]));
    globals.extend(end.clone());
    let stream = [globals, bof(0x0010), sheet.concat(), end].concat();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn place(row: u16, column: u16, style: u16) -> Vec<u8> {
    [row, column, style].iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let length = u16::try_from(text.encode_utf16().count()).unwrap();
    record(0x0204, &[&place(row, column, 0), &length.to_le_bytes(), &[1], &wide(text)])
}

fn number(row: u16, column: u16, style: u16, value: f64) -> Vec<u8> {
    record(0x0203, &[&place(row, column, style), &value.to_le_bytes()])
}

#[test]
fn numbers_of_xls_are_shown_by_their_formats() {
    let hidden_row = record(0x0208, &[&place(6, 0, 5), &[0; 6], &0x0120_u16.to_le_bytes(), &[0; 2]]);
    let hidden_column = record(0x007D, &[&place(0, 0, 2048), &[0, 0], &1_u16.to_le_bytes(), &[0, 0]]);
    let mut sheet = vec![hidden_column, hidden_row];
    for (row, text) in [(0, "某市教育局2024年部门预算"), (1, "收支总表"), (2, "单位：万元")] {
        sheet.push(label(row, 1, text));
    }
    for (column, text) in [(1, "收入"), (3, "支出")] {
        sheet.push(label(3, column, text));
    }
    for (column, text) in (1..).zip(["项目", "预算数", "项目", "预算数"]) {
        sheet.push(label(4, column, text));
    }
    let rows = [
        ("一、一般公共预算", 1_010.496, Some(("五、教育支出", 1_012.000_000_1))),
        ("三、国有资本经营预算", 5.0, None),
        ("二、政府性基金预算", 1.5, None),
        ("收入总计", 1_011.999_999, Some(("支出总计", 1_012.0))),
    ];
    for (row, (name, value, other)) in (5..).zip(rows) {
        sheet.extend([number(row, 0, 0, f64::from(row)), label(row, 1, name), number(row, 2, 1, value)]);
        if let Some((name, value)) = other {
            sheet.extend([label(row, 3, name), number(row, 4, 1, value)]);
        }
    }
    let extraction = read(&xls(&["#,##0.00_ "], &sheet), SourceFormat::Xls);
    assert_eq!(amounts(&extraction), AMOUNTS);
    let messages: Vec<&str> = extraction.rejects.iter().map(|reject| reject.message.as_str()).collect();
    assert!(
        messages.contains(&"1 hidden columns and 1 hidden rows were left out"),
        "{messages:?}"
    );
}

#[test]
fn xls_whose_cells_need_too_much_room_is_given_up() {
    let codes = |sheet: &[Vec<u8>]| -> Vec<RejectCode> {
        let extraction = extract(&xls(&[], sheet), "a.xls", &Config::load(None).unwrap());
        extraction.rejects.iter().map(|reject| reject.code).collect()
    };
    let far_apart = [number(0, 0, 0, 1.0), number(65_535, 65_535, 0, 1.0)];
    assert_eq!(codes(&far_apart), [RejectCode::LimitReached]);
    let rows = 4_000_000_000_u32.to_le_bytes();
    let said = record(0x0200, &[&[0; 4], &rows, &[0; 2], &[255, 0], &[0; 2]]);
    assert_eq!(codes(&[said]), [RejectCode::LimitReached]);
    // The library takes for granted that this one has a value.
    let cut = record(0x0203, &[&place(0, 0, 0)]);
    assert_eq!(codes(&[cut]), [RejectCode::Damaged]);
}
