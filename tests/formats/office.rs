//! What LibreOffice makes of a disclosure gives the same rows.

use std::path::{Path, PathBuf};
use std::process::Command;

use budgetlake::codes::{RejectCode, SourceFormat};
use budgetlake::config::Config;
use budgetlake::extraction::Extraction;
use budgetlake::tables::Reject;
use tempfile::TempDir;

use super::{assert_same, can_convert, disclosures, written};
use budgetlake::synth::Size;

/// The disclosures as files of one format, and what LibreOffice makes of them.
struct Written {
    folder: TempDir,
    texts: Vec<String>,
    sources: Vec<PathBuf>,
}

impl Written {
    fn new(extension: &str, write: impl Fn(&str) -> Vec<u8>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let texts = disclosures(3, Size::Small);
        let sources = (0..).zip(&texts).map(|(number, text)| {
            let path = folder.path().join(format!("{number}.{extension}"));
            std::fs::write(&path, write(text)).unwrap();
            path
        });
        let sources = sources.collect();
        Self { folder, texts, sources }
    }

    /// Converts all files in one go, and compares each with its text.
    fn converted(&self, arguments: &[&str], extension: &str, format: SourceFormat) -> Vec<Extraction> {
        let config = Config::load(None).unwrap();
        let out = self.folder.path().join(extension);
        // A profile of its own: LibreOffice runs once in each.
        let profile = format!("-env:UserInstallation=file://{}/profile-{extension}", self.folder.path().display());
        let run = Command::new("soffice")
            .args(["--headless", &profile, "--convert-to", extension, "--outdir"])
            .arg(&out)
            .args(arguments)
            .args(&self.sources)
            .output()
            .unwrap();
        assert!(run.status.success(), "{run:?}");
        let read = |source: &Path| {
            let path = out.join(source.file_name().unwrap()).with_extension(extension);
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}\n{run:?}", path.display()))
        };
        let sources = self.texts.iter().zip(&self.sources);
        sources
            .map(|(text, source)| assert_same(text, &read(source), format, &config))
            .collect()
    }
}

/// Workbooks have a hidden sheet and hidden columns, and figures that only their formats round: all formats have to keep that apart.
fn workbooks_become(extension: &str, format: SourceFormat) {
    if !can_convert("soffice") {
        return;
    }
    let workbooks = Written::new("xlsx", |text| written::xlsx(&written::pieces(text)));
    for given in workbooks.converted(&[], extension, format) {
        let is_hidden = |reject: &&Reject| reject.code == RejectCode::Hidden;
        let messages: Vec<&str> = given
            .rejects
            .iter()
            .filter(is_hidden)
            .map(|reject| reject.message.as_str())
            .collect();
        assert!(messages.iter().any(|message| message.contains("底稿")), "{messages:?}");
        assert!(
            messages.iter().any(|message| message.starts_with("1 hidden columns")),
            "{messages:?}"
        );
    }
}

#[test]
fn a_workbook_saved_as_xlsx_gives_the_rows_of_its_text() {
    workbooks_become("xlsx", SourceFormat::Xlsx);
}

#[test]
fn a_workbook_saved_as_xls_gives_the_rows_of_its_text() {
    workbooks_become("xls", SourceFormat::Xls);
}

#[test]
fn a_workbook_saved_as_ods_gives_the_rows_of_its_text() {
    workbooks_become("ods", SourceFormat::Ods);
}

/// LibreOffice writes shown sheets and columns only.
#[test]
fn a_workbook_saved_as_a_web_page_gives_the_rows_of_its_text() {
    if can_convert("soffice") {
        let workbooks = Written::new("xlsx", |text| written::xlsx(&written::pieces(text)));
        workbooks.converted(&[], "html", SourceFormat::Html);
    }
}

/// A page opened as a text.
fn texts_become(extension: &str, format: SourceFormat) {
    if can_convert("soffice") {
        let pages = Written::new("html", |text| written::printable(&written::pieces(text), "").into_bytes());
        pages.converted(&["--infilter=HTML (StarWriter)"], extension, format);
    }
}

#[test]
fn a_text_saved_as_docx_gives_the_rows_of_its_text() {
    texts_become("docx", SourceFormat::Docx);
}

#[test]
fn a_text_saved_as_a_web_page_gives_the_rows_of_its_text() {
    texts_become("html", SourceFormat::Html);
}

#[test]
fn a_text_saved_as_pdf_gives_the_rows_of_its_text() {
    texts_become("pdf", SourceFormat::Pdf);
}

/// With text that was deleted and is kept for whoever wants to see it.
#[test]
fn a_word_document_saved_again_gives_the_rows_of_its_text() {
    if can_convert("soffice") {
        let documents = Written::new("docx", |text| written::docx(&written::pieces(text)));
        documents.converted(&[], "docx", SourceFormat::Docx);
    }
}
