//! Web pages: the text without navigation, and tables with row and column spans.

use std::borrow::Cow;

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use encoding_rs::Encoding;
use memchr::memmem;
use scraper::node::Element;
use scraper::{Html, Node};

use super::flow::Flow;
use super::{Unreadable, decode};
use crate::codes::{RejectCode, SourceFormat};
use crate::config::Settings;
use crate::document::{Document, Position, ReadNote};

/// Elements that hold nothing of the article.
const LEFT_OUT: [&str; 20] = [
    "script", "style", "noscript", "template", "nav", "footer", "aside", "iframe", "object", "select", "button", "textarea", "svg",
    "canvas", "audio", "video", "head", "map", "dialog", "frameset",
];

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 32] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "pre",
    "blockquote",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "address",
    "hr",
    "br",
    "center",
    "caption",
    "body",
    "details",
    "summary",
];

/// Where the charset is declared.
const HEAD: usize = 4096;

/// Reads a web page.
pub fn read(bytes: &[u8], settings: &Settings) -> Result<Document<'static>, Unreadable> {
    let (text, encoding, notes) = decoded(bytes, settings)?;
    let page = Html::parse_document(&text);
    let mut flow = Flow::new(&settings.limits);
    let mut skipped: Option<ego_tree::NodeId> = None;
    let mut links = 0usize;
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) if skipped.is_none() => match node.value() {
                Node::Text(text) => flow.text(&one_space(text), links > 0),
                Node::Element(element) if is_left_out(element) => skipped = Some(node.id()),
                Node::Element(element) => {
                    links += usize::from(element.name() == "a");
                    open(&mut flow, node, element);
                }
                _ => {}
            },
            Edge::Close(node) if skipped == Some(node.id()) => skipped = None,
            Edge::Close(node) if skipped.is_none() => {
                if let Node::Element(element) = node.value() {
                    links -= usize::from(element.name() == "a").min(links);
                    close(&mut flow, element);
                }
            }
            _ => {}
        }
    }
    let (blocks, too_far) = flow.finish();
    let mut document = Document {
        format: SourceFormat::Html,
        encoding: Some(encoding),
        sheets: Vec::new(),
        blocks,
        notes,
    };
    if too_far > 0 {
        document.notes.push(ReadNote {
            code: RejectCode::RowTooWide,
            message: format!("{too_far} cells beyond `max_cells` columns were left out"),
            position: Position::default(),
            excerpt: None,
        });
    }
    Ok(document)
}

/// The text of a page: in the declared charset where its bytes are in that, else in what they are found to be.
fn decoded<'a>(bytes: &'a [u8], settings: &Settings) -> Result<(Cow<'a, str>, &'static str, Vec<ReadNote>), Unreadable> {
    let declared = declared_charset(&bytes[..bytes.len().min(HEAD)]).filter(|encoding| !encoding.is_single_byte());
    if let Some(encoding) = declared
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
    {
        let name = match encoding.name() {
            "UTF-8" => "utf-8",
            "GBK" | "gb18030" => "gb18030",
            "Big5" => "big5",
            other => other,
        };
        return Ok((text, name, Vec::new()));
    }
    let decoded = decode(bytes, &settings.encoding)?;
    Ok((decoded.text, decoded.encoding, decoded.note.into_iter().collect()))
}

fn declared_charset(head: &[u8]) -> Option<&'static Encoding> {
    let at = memmem::find(&head.to_ascii_lowercase(), b"charset=")? + "charset=".len();
    let label = head[at..].trim_ascii_start();
    let label = label.strip_prefix(b"\"").or_else(|| label.strip_prefix(b"'")).unwrap_or(label);
    let end = label
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte))?;
    Encoding::for_label(&label[..end])
}

/// White space of the source is one space; a no-break space is one, too.
fn one_space(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for c in text.chars() {
        let is_space = c.is_ascii_whitespace() || c == '\u{a0}';
        match (is_space, joined.ends_with(' ')) {
            (true, true) => {}
            (true, false) => joined.push(' '),
            (false, _) => joined.push(c),
        }
    }
    joined
}

fn is_left_out(element: &Element) -> bool {
    let style = element.attr("style").map(|style| style.replace(' ', "").to_ascii_lowercase());
    let is_hidden = element.attr("hidden").is_some()
        || style.is_some_and(|style| style.contains("display:none") || style.contains("visibility:hidden"))
        || element.name() == "input";
    is_hidden || LEFT_OUT.contains(&element.name()) || element.attr("role") == Some("navigation")
}

fn open(flow: &mut Flow<'_>, node: NodeRef<'_, Node>, element: &Element) {
    let span = |name: &str| element.attr(name).and_then(|span| span.trim().parse::<u32>().ok()).unwrap_or(1);
    match element.name() {
        "table" => flow.open_table(holds_table(node)),
        "tr" => flow.open_row(),
        // A span of 0 rows reaches to the end of the table.
        "td" | "th" => flow.open_cell(
            span("colspan").min(1000),
            if span("rowspan") == 0 { u32::MAX } else { span("rowspan") },
        ),
        name if BLOCKS.contains(&name) => flow.end_line(),
        _ => {}
    }
}

fn close(flow: &mut Flow<'_>, element: &Element) {
    match element.name() {
        "table" => flow.close_table(),
        "tr" => flow.close_row(),
        "td" | "th" => flow.close_cell(),
        name if BLOCKS.contains(&name) => flow.end_line(),
        _ => {}
    }
}

/// A table that holds another one with rows and columns only places it on the page.
fn holds_table(table: NodeRef<'_, Node>) -> bool {
    let is = |node: &NodeRef<'_, Node>, name: &str| matches!(node.value(), Node::Element(element) if element.name() == name);
    let is_cell = |node: &NodeRef<'_, Node>| is(node, "td") || is(node, "th");
    table
        .descendants()
        .skip(1)
        .filter(|node| is(node, "table"))
        .any(|inner| inner.descendants().filter(is_cell).take(4).count() == 4)
}
