//! Writes tabbed text as other formats: what is between tabs is a cell, every other line a paragraph.

use std::fmt::Write as _;
use std::io::Write as _;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A piece of a disclosure.
pub enum Piece {
    Line(String),
    Table(Vec<Vec<String>>),
}

/// Lines and tables of a tabbed text. Blank lines within a table are layout, Markdown's marks and tags too.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for line in text.lines().filter(|line| !line.chars().all(|c| c.is_whitespace() && c != '\t')) {
        let mut plain = line.trim_start_matches('#').replace("**", "");
        for tag in ["<b>", "</b>", "<sup>", "</sup>"] {
            plain = plain.replace(tag, "");
        }
        if !plain.contains('\t') {
            pieces.push(Piece::Line(plain.trim().to_owned()));
            continue;
        }
        let row: Vec<String> = plain.split('\t').map(|cell| cell.trim().to_owned()).collect();
        match pieces.last_mut() {
            Some(Piece::Table(rows)) => rows.push(row),
            _ => pieces.push(Piece::Table(vec![row])),
        }
    }
    pieces
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A web page with a frame around the article, the tables in a table that only places them.
pub fn html(pieces: &[Piece]) -> Vec<u8> {
    let mut page = String::from(
        "<!DOCTYPE html><html><head><meta charset=\"gb18030\"><title>公开</title><style>td{}</style></head><body>\n<nav><a href=\"/\">首页</a> 您的位置</nav>\n<div><a href=\"/a\">政务公开</a> <a href=\"/b\">互动交流</a></div>\n<table><tr><td>\n",
    );
    for piece in pieces {
        match piece {
            Piece::Line(line) => writeln!(page, "<p>{}&nbsp;<script>var x = 1.00;</script></p>", escaped(line)).unwrap(),
            Piece::Table(rows) => {
                page.push_str("<table>");
                for row in rows {
                    page.push_str("<tr>");
                    for cell in row {
                        write!(page, "<td>\n  <span>{}</span></td>", escaped(cell)).unwrap();
                    }
                    page.push_str("</tr>\n");
                }
                page.push_str("</table>\n");
            }
        }
    }
    page.push_str("</td></tr></table><footer>网站标识码 1.00</footer></body></html>");
    encoding_rs::GB18030.encode(&page).0.into_owned()
}

/// A page to be printed: tables with rules, nothing around the article. Cells of headers are `.h`, those of figures `.n`.
pub fn printable(pieces: &[Piece], style: &str) -> String {
    let rules = "table{border-collapse:collapse;width:100%;font-size:9pt}td{border:1px solid black;padding:1px 3px}";
    let mut page = format!("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><style>{rules}{style}</style></head><body>\n");
    for piece in pieces {
        match piece {
            Piece::Line(line) => writeln!(page, "<p>{}</p>", escaped(line)).unwrap(),
            Piece::Table(rows) => {
                let width = rows.iter().map(Vec::len).max().unwrap_or(0);
                let headers = rows
                    .iter()
                    .take(4)
                    .take_while(|row| !row.iter().any(|cell| is_figure(cell)))
                    .count();
                page.push_str("<table border=\"1\" cellspacing=\"0\">");
                for (number, row) in rows.iter().enumerate() {
                    let class = |cell: &str| match (number < headers, is_figure(cell)) {
                        (true, _) => " class=\"h\"",
                        (_, true) => " class=\"n\"",
                        _ => "",
                    };
                    let cells = row.iter().map(|cell| (class(cell), escaped(cell)));
                    let cells = cells.chain(std::iter::repeat((class(""), String::new())));
                    let cells: String = cells.take(width).map(|(class, cell)| format!("<td{class}>{cell}</td>")).collect();
                    writeln!(page, "<tr>{cells}</tr>").unwrap();
                }
                page.push_str("</table>\n");
            }
        }
    }
    page + "</body></html>"
}

fn is_figure(cell: &str) -> bool {
    cell.contains('.') && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))
}

/// The parts of an Office file, packed.
pub fn packed(parts: &[(&str, String)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        // Programs look for this one in the first bytes.
        let method = if *name == "mimetype" {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(*name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The list of an Office file's parts: what the main one and the others are.
fn content_types(parts: &[(&str, &str)]) -> (&'static str, String) {
    let package = "http://schemas.openxmlformats.org/package/2006/content-types";
    let office = "application/vnd.openxmlformats-officedocument";
    let overrides: String = parts
        .iter()
        .map(|(part, kind)| format!("<Override PartName=\"/{part}\" ContentType=\"{office}.{kind}+xml\"/>"))
        .collect();
    let text = format!(
        "<Types xmlns=\"{package}\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>{overrides}</Types>"
    );
    ("[Content_Types].xml", text)
}

/// The part that says which one is the document.
fn relations_to(main: &str) -> (&'static str, String) {
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let text = format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{kind}\" Target=\"{main}\"/></Relationships>");
    ("_rels/.rels", text)
}

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A Word document.
pub fn docx(pieces: &[Piece]) -> Vec<u8> {
    let mut body = String::new();
    let paragraph = |text: &str| {
        // A run that a program cut in two, and text that was deleted.
        let at = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        format!(
            "<w:p><w:r><w:t>{}</w:t></w:r><w:del><w:r><w:delText>9.99</w:delText></w:r></w:del><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
            escaped(&text[..at]),
            escaped(&text[at..])
        )
    };
    for piece in pieces {
        match piece {
            Piece::Line(line) => body.push_str(&paragraph(line)),
            Piece::Table(rows) => {
                body.push_str("<w:tbl>");
                for row in rows {
                    body.push_str("<w:tr>");
                    for cell in row {
                        write!(body, "<w:tc><w:tcPr/>{}</w:tc>", paragraph(cell)).unwrap();
                    }
                    body.push_str("</w:tr>");
                }
                body.push_str("</w:tbl>");
            }
        }
    }
    docx_of(&body)
}

/// A Word document with this body.
pub fn docx_of(body: &str) -> Vec<u8> {
    let names = format!("xmlns:w=\"{W}\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"");
    let body = format!("<?xml version=\"1.0\"?><w:document {names}><w:body>{body}</w:body></w:document>");
    packed(&[
        content_types(&[("word/document.xml", "wordprocessingml.document.main")]),
        relations_to("word/document.xml"),
        ("word/document.xml", body),
    ])
}

/// A workbook with one sheet for each table and the lines above it, figures as numbers with a cell format; a hidden sheet, and a hidden
/// column in front of each table.
pub fn xlsx(pieces: &[Piece]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut sheets: Vec<String> = vec![String::new()];
    let mut row_number = 1;
    for piece in pieces {
        let sheet = sheets.last_mut().unwrap();
        match piece {
            Piece::Line(line) => {
                write!(sheet, "<row r=\"{row_number}\">{}</row>", cell(line, 2, row_number)).unwrap();
                row_number += 1;
            }
            Piece::Table(rows) => {
                for row in rows {
                    let cells: String = (2..).zip(row).map(|(column, text)| cell(text, column, row_number)).collect();
                    write!(sheet, "<row r=\"{row_number}\">{}{cells}</row>", cell("999.99", 1, row_number)).unwrap();
                    row_number += 1;
                }
                sheets.push(String::new());
                row_number = 1;
            }
        }
    }
    let mut parts = Vec::new();
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut names, mut targets) = (String::new(), String::new());
    for (number, rows) in (1..).zip(&sheets) {
        write!(names, "<sheet name=\"页{number}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>").unwrap();
        write!(
            targets,
            "<Relationship Id=\"rId{number}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        )
        .unwrap();
        let text = format!(
            "<worksheet xmlns=\"{main}\"><cols><col min=\"1\" max=\"1\" hidden=\"1\"/></cols><sheetData>{rows}</sheetData></worksheet>"
        );
        parts.push((format!("xl/worksheets/sheet{number}.xml"), text));
    }
    let hidden = sheets.len() + 1;
    write!(
        names,
        "<sheet name=\"底稿\" sheetId=\"{hidden}\" state=\"hidden\" r:id=\"rId{hidden}\"/>"
    )
    .unwrap();
    write!(
        targets,
        "<Relationship Id=\"rId{hidden}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    )
    .unwrap();
    let styles = hidden + 1;
    write!(
        targets,
        "<Relationship Id=\"rId{styles}\" Type=\"{relations}/styles\" Target=\"styles.xml\"/>"
    )
    .unwrap();
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!("<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>{names}</sheets></workbook>"),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!("<Relationships xmlns=\"{package}\">{targets}</Relationships>"),
    ));
    parts.push((
        "xl/styles.xml".to_owned(),
        format!(
            "<styleSheet xmlns=\"{main}\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"4\" applyNumberFormat=\"1\"/><xf numFmtId=\"2\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
        ),
    ));
    let sheet_names: Vec<&str> = parts.iter().map(|(name, _): &(String, _)| name.as_str()).collect();
    let kinds: Vec<(&str, &str)> = sheet_names
        .iter()
        .map(|name| match *name {
            "xl/workbook.xml" => (*name, "spreadsheetml.sheet.main"),
            "xl/styles.xml" => (*name, "spreadsheetml.styles"),
            _ => (*name, "spreadsheetml.worksheet"),
        })
        .filter(|(name, _)| !name.ends_with(".rels"))
        .collect();
    let mut all = vec![content_types(&kinds), relations_to("xl/workbook.xml")];
    all.extend(parts.iter().map(|(name, text)| (name.as_str(), text.clone())));
    packed(&all)
}

/// A cell: an amount as a number that is a little off, as binary fractions are, with the format that shows it right.
fn cell(text: &str, column: u32, row: u32) -> String {
    let reference = format!("{}{row}", char::from_u32(u32::from('A') + column - 1).unwrap());
    let plain = text.replace(',', "");
    let places = plain.split_once('.').map_or(0, |(_, places)| places.len());
    match plain.parse::<f64>() {
        Ok(number) if places == 2 => {
            let style = if text.contains(',') || number < 1000.0 { 1 } else { 2 };
            format!("<c r=\"{reference}\" s=\"{style}\"><v>{}</v></c>", number * (1.0 + 1e-16))
        }
        _ if text.is_empty() => format!("<c r=\"{reference}\"/>"),
        _ => format!("<c r=\"{reference}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(text)),
    }
}
